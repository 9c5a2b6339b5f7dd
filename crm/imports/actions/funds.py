"""Funds with their managers, and the commitments that the investors' text tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from crm.audit import actions as audit
from crm.funds.graph import path_between
from crm.funds.models import Commitment, Fund, FundManager
from crm.imports.actions.matching import Directory, Known, Unmatched
from crm.imports.actions.records import AMOUNT_ENDS, Run, amount_columns, differences, in_the_bin, told
from crm.imports.actions.words import OTHER
from crm.imports.investors import Investor, key_of
from crm.imports.outcome import ADDED, CHANGED, UNCHANGED
from crm.imports.rows import FundRow, Reading
from crm.lib.money import Amount
from crm.lib.text import N_, Message

CNY = "CNY"
ONE = 1_000_000  # a rate of 1, in millionths


@dataclass(slots=True, eq=False)
class Plan:
    """One fund of the file: the rows that speak of it, its managers, its investors."""

    known: Known
    row: FundRow
    values: dict[str, Any]
    numbers: list[int]
    managers: list[Known]
    investors: Sequence[Investor]
    changes: list[dict[str, Any]] = field(default_factory=list)


class FundImport:
    """The import of one sheet of funds."""

    def __init__(self, sheet: str, institutions: Directory, run: Run) -> None:
        self.sheet = sheet
        self.institutions = institutions
        self.words = run.words
        self.writer = run.writer
        self.outcome = run.outcome
        self.by_code: dict[str, Known] = {}
        self.by_name: dict[str, Known] = {}
        self.plans: dict[int, Plan] = {}
        self.managed: dict[int, list[int]] = {}
        self.graph: dict[int, list[int]] = {}
        self.commitments: dict[int, list[dict[str, Any]]] = {}
        self.load()

    def load(self) -> None:
        """What the database knows of funds, managers and commitments."""
        session = self.writer.session
        for row in session.execute(sa.select(Fund.__table__)).mappings():
            self.learn(Known(row["id"], row["name"], dict(row)))
        for link in session.execute(sa.select(FundManager.fund_id, FundManager.institution_id)):
            self.managed.setdefault(link.fund_id, []).append(link.institution_id)
        active = sa.select(Commitment.__table__).where(Commitment.archived_at.is_(None))
        for row in session.execute(active).mappings():
            self.commitments.setdefault(row["fund_id"], []).append(dict(row))
            if row["from_fund_id"] is not None:
                self.graph.setdefault(row["fund_id"], []).append(row["from_fund_id"])

    def learn(self, known: Known) -> None:
        if known.values["amac_code"]:
            self.by_code[known.values["amac_code"]] = known
        self.by_name[known.values["name_key"]] = known

    def run_all(self, readings: Sequence[Reading]) -> None:
        """Add and change the funds of the sheet."""
        numbers = iter(self.writer.numbers(Fund, sum(reading.value is not None for reading in readings)))
        for reading in readings:
            if reading.value is None:
                self.outcome.refuse(self.sheet, reading.number, *reading.reasons)
                continue
            try:
                self.take(reading, numbers)
            except Unmatched as unmatched:
                self.outcome.refuse(self.sheet, reading.number, unmatched.message)
        self.refuse_circles()
        self.write()

    def take(self, reading: Reading, numbers: Iterator[int]) -> None:
        """Plan what one row says. Raises Unmatched for a row that cannot be imported."""
        row: FundRow = reading.value
        warnings = list(reading.warnings)
        managers = [self.institutions.find(name) for name in row.managers]
        known = self.match(row)
        plan = self.plans.get(known.id) if known else None
        if plan is not None:
            self.join(plan, row, managers, warnings)
        else:
            values = self.columns(row, warnings)
            if known is None:
                known = Known(next(numbers), row.name, values, is_new=True)
                currency = row.currency or CNY
                rate = ONE if currency == CNY else None
                values.update(kind=values["kind"] or OTHER, currency=currency, cny_rate=rate)
                self.learn(known)
            elif known.values.get("archived_at"):
                warnings.append(in_the_bin(known.name))
            currency = known.values["currency"]
            if currency != CNY and known.values["cny_rate"] is None:
                warnings.append(N_("no rate from %(currency)s to CNY: it counts once you add one", currency=currency))
            self.plans[known.id] = Plan(known, row, values, [row.number], managers, row.investors)
        self.outcome.warn(self.sheet, row.number, *warnings)

    def match(self, row: FundRow) -> Known | None:
        """The fund that a row is about; None for a new one. Raises Unmatched when code and name disagree."""
        named = self.by_name.get(key_of(row.name))
        coded = self.by_code.get(row.amac_code) if row.amac_code else None
        if coded is not None and coded is not named:
            raise Unmatched(N_("code %(code)s belongs to “%(name)s”", code=row.amac_code or "", name=coded.name))
        if named is not None and row.amac_code and named.values["amac_code"] not in (None, row.amac_code):
            code = named.values["amac_code"]
            raise Unmatched(N_("“%(name)s” has the code %(code)s", name=named.name, code=code))
        if named is not None and row.currency and row.currency != named.values["currency"]:
            currency = named.values["currency"]
            raise Unmatched(N_("“%(name)s” counts in %(currency)s", name=named.name, currency=currency))
        return named

    def join(self, plan: Plan, row: FundRow, managers: list[Known], warnings: list[Message]) -> None:
        """The same fund under another manager: one fund, two managers, the figures of the first row."""
        fresh = [manager for manager in managers if manager not in plan.managers]
        if not fresh:
            raise Unmatched(N_("this fund is in row %(row)s already", row=plan.numbers[0]))
        figures = ("target", "committed", "paid_in", "invested")
        if any(getattr(row, name) not in (None, getattr(plan.row, name)) for name in figures):
            warnings.append(N_("figures differ from row %(row)s, which stand", row=plan.numbers[0]))
        plan.managers += fresh
        plan.numbers.append(row.number)
        plan.investors = plan.investors or row.investors

    def columns(self, row: FundRow, warnings: list[Message]) -> dict[str, Any]:
        kind = self.words.code("fund_kind", row.kind) if row.kind else None
        if row.kind and kind is None:
            warnings.append(self.words.unknown("fund_kind", row.kind))
        stages, unknown_stages = self.words.several("growth_stage", row.growth_stages)
        sectors, unknown_sectors = self.words.several("sector_layer", row.sectors)
        warnings += unknown_stages + unknown_sectors
        return {
            "name": row.name,
            "name_key": key_of(row.name),
            "amac_code": row.amac_code,
            "kind": kind or (OTHER if row.kind else ""),
            "currency": row.currency,
            "vintage": row.vintage,
            "target": row.target,
            "committed": row.committed,
            "paid_in": row.paid_in,
            "invested": row.invested,
            "investment_ends_on": row.investment_ends_on,
            **amount_columns("ticket", row.ticket),
            "growth_stages": stages,
            "sectors": sectors,
            "note": row.note,
        }

    def inside(self, name: str) -> Known | None:
        """The fund of this matrix that an investor's name means."""
        known = self.by_name.get(key_of(name))
        return known if known is not None and not known.values.get("archived_at") else None

    def refuse_circles(self) -> None:
        """Refuse the rows of a fund whose investors would make money go round; name the way."""
        for plan in list(self.plans.values()):
            fund = plan.known
            sources = [source for one in plan.investors if (source := self.inside(one.name)) is not None]
            path = next((way for one in sources if (way := path_between(one.id, fund.id, self.graph))), None)
            if path is None:
                self.graph.setdefault(fund.id, []).extend(one.id for one in sources)
                continue
            names = {known.id: known.name for known in self.by_name.values()}
            circle = " ← ".join(names[one] for one in (fund.id, *path))
            for number in plan.numbers:
                self.outcome.refuse(self.sheet, number, N_("money would go round in a circle: %(path)s", path=circle))
            self.forget(plan)

    def forget(self, plan: Plan) -> None:
        """Without its rows, a new fund is none; who named it as investor, named outside capital."""
        del self.plans[plan.known.id]
        if plan.known.is_new:
            del self.by_name[plan.known.values["name_key"]]
            self.by_code.pop(plan.known.values["amac_code"], None)
            self.graph = {
                fund: [one for one in investors if one != plan.known.id] for fund, investors in self.graph.items()
            }

    def write(self) -> None:
        """Write funds, managers and commitments, and count."""
        new = [plan for plan in self.plans.values() if plan.known.is_new]
        created = {"created_at": self.writer.at}
        self.writer.insert_values(Fund, [{"id": plan.known.id, **plan.values, **created} for plan in new])
        self.write_managers()
        CommitmentImport(self).run()
        changed: dict[int, dict[str, Any]] = {}
        for plan in self.plans.values():
            known = plan.known
            if known.is_new:
                self.writer.note(Fund, known.id, known.name)
                self.outcome.count("funds", ADDED)
                continue
            fresh = differences(known.values, plan.values)
            changes = told(known.values, fresh) + plan.changes
            if fresh:
                changed[known.id] = fresh
            if changes:
                self.writer.note(Fund, known.id, known.name, changes)
            self.outcome.count("funds", CHANGED if changes else UNCHANGED)
        self.writer.update(Fund, changed)

    def write_managers(self) -> None:
        links: list[tuple[int, int]] = []
        for plan in self.plans.values():
            before = self.managed.get(plan.known.id, [])
            fresh = [manager for manager in plan.managers if manager.id not in before]
            links += [(plan.known.id, manager.id) for manager in fresh]
            if fresh and not plan.known.is_new:
                plan.changes.append(audit.change("managers", None, [manager.name for manager in fresh]))
        numbers = self.writer.numbers(FundManager, len(links))
        rows = [(number, *link) for number, link in zip(numbers, links, strict=True)]
        self.writer.insert(FundManager, ("id", "fund_id", "institution_id"), rows)


class CommitmentImport:
    """The edges and the outside capital of the funds of one sheet."""

    def __init__(self, funds: FundImport) -> None:
        self.funds = funds
        self.writer = funds.writer
        self.names = {known.id: known.name for known in funds.by_name.values()}
        self.new: list[dict[str, Any]] = []
        self.changed: dict[int, dict[str, Any]] = {}

    def run(self) -> None:
        """Add and change commitments; one that the text no longer names stays, with a warning."""
        for plan in self.funds.plans.values():
            present = self.funds.commitments.get(plan.known.id, [])
            kept = [self.take(plan, investor, present) for investor in plan.investors]
            for commitment in present:
                if plan.investors and commitment not in kept:
                    name = commitment["investor_name"] or self.names[commitment["from_fund_id"]]
                    message = N_("the commitment of “%(name)s” is not named here and stays", name=name)
                    self.funds.outcome.warn(self.funds.sheet, plan.numbers[0], message)
        self.claim_outsiders()
        numbers = self.writer.numbers(Commitment, len(self.new))
        created = {"created_at": self.writer.at}
        rows = [{"id": number, **one, **created} for number, one in zip(numbers, self.new, strict=True)]
        self.writer.insert_values(Commitment, rows)
        for row in rows:
            changes = [audit.change(f"amount_{end}", None, row[f"amount_{end}"]) for end in AMOUNT_ENDS]
            known = [change for change in changes if change["after"] is not None]
            self.writer.note(Commitment, row["id"], self.title(row), known)
        self.writer.update(Commitment, self.changed)

    def take(self, plan: Plan, investor: Investor, present: list[dict[str, Any]]) -> dict[str, Any] | None:
        """Plan one investor's commitment; returns the one that is there already."""
        source = self.funds.inside(investor.name)
        key = key_of(investor.name)
        for commitment in present:
            same = source is not None and commitment["from_fund_id"] == source.id
            if same or (commitment["investor_name"] and key_of(commitment["investor_name"]) == key):
                self.change(plan, commitment, investor.amount)
                return commitment
        row = {
            "fund_id": plan.known.id,
            "from_fund_id": source.id if source else None,
            "investor_name": "" if source else investor.name,
            **amount_columns("amount", investor.amount),
        }
        self.new.append(row)
        if not plan.known.is_new:
            plan.changes.append(audit.change("investor_name", None, investor.name))
        return None

    def change(self, plan: Plan, commitment: dict[str, Any], amount: Amount) -> None:
        fresh = differences(commitment, amount_columns("amount", amount))
        if fresh:
            self.changed.setdefault(commitment["id"], {}).update(fresh)
            changes = told(commitment, fresh)
            self.writer.note(Commitment, commitment["id"], self.title(commitment), changes)
            plan.changes += changes

    def claim_outsiders(self) -> None:
        """Outside capital whose name is a fund of this matrix by now is an inside commitment."""
        for fund_id, present in self.funds.commitments.items():
            inside = {commitment["from_fund_id"] for commitment in present}
            for commitment in present:
                source = self.funds.inside(commitment["investor_name"]) if commitment["investor_name"] else None
                if source is None or source.id in inside or path_between(source.id, fund_id, self.funds.graph):
                    continue
                self.funds.graph.setdefault(fund_id, []).append(source.id)
                claimed = {"from_fund_id": source.id, "investor_name": "", "from_institution_id": None}
                self.changed.setdefault(commitment["id"], {}).update(claimed)
                change = audit.change("from_fund_id", commitment["investor_name"], source.name)
                self.writer.note(Commitment, commitment["id"], self.title(commitment), [change])

    def title(self, row: dict[str, Any]) -> str:
        """What a commitment is called in the history."""
        return f"{row['investor_name'] or self.names[row['from_fund_id']]} → {self.names[row['fund_id']]}"
