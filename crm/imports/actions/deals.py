"""Deals: one round per startup × name, one deal per round × institution, one event per row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.deals import rollup
from crm.deals.actions import entered_stage_on, keep_in_step
from crm.deals.models import (
    FIRST_STAGE,
    FUNDED_STAGE,
    Deal,
    DealEvent,
    DealStatus,
    Receipt,
    Round,
    RoundEvent,
    RoundState,
)
from crm.deals.queries import stands
from crm.imports.actions.matching import Directory, Known, Unmatched
from crm.imports.actions.records import NOT_YET, Run, amount_columns, differences, in_the_bin, told
from crm.imports.actions.words import Step
from crm.imports.outcome import ADDED, CHANGED, UNCHANGED
from crm.imports.rows import DealRow, Reading
from crm.lib.text import N_, Message, Unreadable
from crm.settings.queries import terms, version_of

MANY = 500  # ids in one query
UNTOLD_DAYS = ("moved_on", "entered_on")
EVENT_COLUMNS = (
    "id", "deal_id", "from_stage", "from_status", "to_stage", "to_status", "happened_on", "reason", "note",
)  # fmt: skip


class Event(NamedTuple):
    """What happened to a deal, as far as another import could tell it again."""

    day: date
    stage: str
    status: DealStatus
    reason: str | None
    stands: bool = True


@dataclass(slots=True, eq=False)
class KnownRound:
    """A round, in the database or about to be, and the day of the latest thing known of it."""

    id: int
    title: str
    values: dict[str, Any]
    is_new: bool
    latest: date = date.min
    rows: list[DealRow] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class KnownDeal:
    """A deal, in the database or about to be, with its events by day and what was received."""

    id: int
    values: dict[str, Any]
    is_new: bool
    events: list[Event] = field(default_factory=list)
    receipts: list[tuple[int, date, int]] = field(default_factory=list)
    title: str = ""
    rows: list[tuple[DealRow, Step]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Pending:
    """Rows to be written, table by table."""

    events: list[tuple[Any, ...]] = field(default_factory=list)
    receipts: list[tuple[int, int, date]] = field(default_factory=list)
    corrected: dict[int, dict[str, Any]] = field(default_factory=dict)
    rounds: dict[int, dict[str, Any]] = field(default_factory=dict)
    deals: dict[int, dict[str, Any]] = field(default_factory=dict)


class DealImport:
    """The import of one sheet of deals."""

    def __init__(self, sheet: str, startups: Directory, institutions: Directory, run: Run) -> None:
        self.sheet = sheet
        self.startups = startups
        self.institutions = institutions
        self.words = run.words
        self.writer = run.writer
        self.outcome = run.outcome
        self.today = day_of(run.writer.at)
        self.round_names = {code: term.name_zh for code, term in terms("round_name").items()}
        self.rounds: dict[tuple[int, str], KnownRound] = {}
        self.deals: dict[tuple[int, int], KnownDeal] = {}
        self.pending = Pending()

    def run_all(self, readings: Sequence[Reading]) -> None:
        """Add and change rounds and deals by the rows of the sheet."""
        good = [matched for reading in readings if (matched := self.match(reading)) is not None]
        self.load({startup.id for startup, *_ in good})
        round_numbers = iter(self.writer.numbers(Round, self.count_new_rounds(good)))
        for startup, institution, code, row, step, warnings in good:
            round = self.round_of(startup, code, round_numbers)
            round.rows.append(row)
            deal = self.deal_of(round, startup, institution)
            deal.rows.append((row, step))
            self.warn(row, step, round, deal, warnings)
        for round in self.rounds.values():
            if round.rows:
                self.settle_round(round)
        touched = [deal for deal in self.deals.values() if deal.rows]
        self.number([deal for deal in touched if deal.is_new])
        for deal in touched:
            self.settle_deal(deal)
        self.write(touched)

    def match(self, reading: Reading) -> tuple[Known, Known, str, DealRow, Step, list[Message]] | None:
        """The startup, institution, round and step that a row names; None for a row that is refused."""
        row: DealRow = reading.value
        reasons: list[Message] = list(reading.reasons)
        if row is None:
            self.outcome.refuse(self.sheet, reading.number, *reasons)
            return None
        try:
            startup = self.startups.find(row.startup)
            institution = self.institutions.find(row.institution)
            code = self.words.round(row.round)
            step = self.words.step(row.progress)
        except (Unmatched, Unreadable) as error:
            self.outcome.refuse(self.sheet, reading.number, error.message)
            return None
        return startup, institution, code, row, step, list(reading.warnings)

    def load(self, startup_ids: set[int]) -> None:
        """What the database knows of the rounds and deals of these startups."""
        execute = self.writer.session.execute
        by_id: dict[int, KnownRound] = {}
        for some in portions(startup_ids):
            for row in execute(sa.select(Round.__table__).where(Round.startup_id.in_(some))).mappings():
                by_id[row["id"]] = KnownRound(row["id"], "", dict(row), is_new=False)
                self.rounds[row["startup_id"], row["name"]] = by_id[row["id"]]
        deals: dict[int, KnownDeal] = {}
        for some in portions(by_id):
            for row in execute(sa.select(Deal.__table__).where(Deal.round_id.in_(some))).mappings():
                deals[row["id"]] = KnownDeal(row["id"], dict(row), is_new=False)
                self.deals[row["round_id"], row["institution_id"]] = deals[row["id"]]
        for some in portions(deals):
            events = sa.select(DealEvent, stands()).where(DealEvent.deal_id.in_(some))
            for event, counts in self.writer.session.execute(events.order_by(DealEvent.happened_on, DealEvent.id)):
                told_event = Event(event.happened_on, event.to_stage, event.to_status, event.reason, bool(counts))
                deals[event.deal_id].events.append(told_event)
                round = by_id[deals[event.deal_id].values["round_id"]]
                round.latest = max(round.latest, event.happened_on)
            for receipt in self.writer.session.scalars(sa.select(Receipt).where(Receipt.deal_id.in_(some))):
                deals[receipt.deal_id].receipts.append((receipt.id, receipt.received_on, receipt.amount))

    def count_new_rounds(self, good: Iterable[tuple[Any, ...]]) -> int:
        return len({(startup.id, code) for startup, _, code, *_ in good} - self.rounds.keys())

    def round_of(self, startup: Known, code: str, numbers: Iterator[int]) -> KnownRound:
        round = self.rounds.get((startup.id, code))
        if round is None:
            values = {"startup_id": startup.id, "name": code, "opened_on": None}
            round = self.rounds[startup.id, code] = KnownRound(next(numbers), "", values, is_new=True)
        round.title = f"{startup.shown_name} · {self.round_names.get(code, code)}"
        return round

    def deal_of(self, round: KnownRound, startup: Known, institution: Known) -> KnownDeal:
        deal = self.deals.get((round.id, institution.id))
        if deal is None:
            values = {"round_id": round.id, "institution_id": institution.id}
            deal = self.deals[round.id, institution.id] = KnownDeal(0, values, is_new=True)
        deal.title = f"{startup.shown_name} × {institution.name}"
        return deal

    def warn(self, row: DealRow, step: Step, round: KnownRound, deal: KnownDeal, warnings: list[Message]) -> None:
        """What is implausible about a row, though it can be read."""
        if row.day > self.today:
            warnings.append(NOT_YET)
        if step.stage == FUNDED_STAGE and not row.received:
            warnings.append(N_("funded, but no amount received"))
        if row.received and step.stage != FUNDED_STAGE:
            warnings.append(N_("money received before the deal is funded"))
        if round.values.get("archived_at") or deal.values.get("archived_at"):
            warnings.append(in_the_bin(deal.title))
        self.outcome.warn(self.sheet, row.number, *warnings)

    def settle_round(self, round: KnownRound) -> None:
        """What is sought is what the latest row says that says anything, unless something later is known."""
        rows = sorted(round.rows, key=lambda row: (row.day, row.number))
        saying = [row for row in rows if row.sought.disclosure != "undisclosed"]
        values: dict[str, Any] = {}
        if saying and saying[-1].day >= (round.latest if not round.is_new else date.min):
            values = amount_columns("sought", saying[-1].sought)
        if round.is_new:
            blank = dict.fromkeys(("sought_low", "sought_high", "sought_text"))
            round.values = {**blank, **round.values, **values, "opened_on": rows[0].day}
            self.outcome.count("rounds", ADDED)
            return
        if round.values["opened_on"] is None:
            values["opened_on"] = rows[0].day
        fresh = differences(round.values, values)
        if fresh:
            self.writer.note(Round, round.id, round.title, told(round.values, fresh))
            self.pending.rounds[round.id] = fresh
        self.outcome.count("rounds", CHANGED if fresh else UNCHANGED)

    def number(self, deals: list[KnownDeal]) -> None:
        for number, deal in zip(self.writer.numbers(Deal, len(deals)), deals, strict=True):
            deal.id = number

    def settle_deal(self, deal: KnownDeal) -> None:
        """Take over a deal's rows in the order of their days; count them and the deal."""
        before = dict(deal.values)
        if deal.is_new:
            deal.values.update(new_deal(min(row.day for row, _ in deal.rows)))
        known = {event_key(event) for event in deal.events}
        known |= {event_key(event, any_stage=True) for event in deal.events}
        money = self.settle_money(deal)
        for row, step in sorted(deal.rows, key=lambda pair: (pair[0].day, pair[0].number)):
            event = Event(row.day, step.stage or "", step.status, step.reason)
            if event_key(event) in known:
                fresh = row.number in money or self.take_note(deal, row)
                self.outcome.count("deal_rows", CHANGED if fresh else UNCHANGED)
                continue
            self.add_event(deal, row, step)
            known.add(event_key(event))
            self.take_note(deal, row)
            self.outcome.count("deal_rows", ADDED)
        if deal.is_new:
            self.outcome.count("deals", ADDED)
            return
        fresh_values = {column: value for column, value in deal.values.items() if value != before[column]}
        if fresh_values:
            self.pending.deals[deal.id] = fresh_values
        deal.changes += told(before, {key: value for key, value in fresh_values.items() if key not in UNTOLD_DAYS})
        self.outcome.count("deals", CHANGED if deal.changes or fresh_values else UNCHANGED)

    def add_event(self, deal: KnownDeal, row: DealRow, step: Step) -> None:
        """One more event; the latest of them says where the deal stands."""
        place = bisect_right([event.day for event in deal.events], row.day)
        earlier = deal.events[place - 1] if place else None
        stage = step.stage or (earlier.stage if earlier else FIRST_STAGE)
        event = Event(row.day, stage, step.status, step.reason)
        is_latest = place == len(deal.events)
        deal.events.insert(place, event)
        origin = (earlier.stage, earlier.status) if earlier else (None, None)
        note = "；".join(filter(None, (step.note, row.note)))[:400]
        self.pending.events.append((deal.id, *origin, stage, step.status, row.day, step.reason, note))
        values = deal.values
        values["introduced_on"] = min(values["introduced_on"], row.day)
        if is_latest:
            values.update(stage=stage, status=step.status, moved_on=row.day, pass_reason=step.reason)
            values["pass_note"] = note if step.reason else ""
        values["entered_on"] = entered_stage_on([(one.day, one.stage) for one in deal.events if one.stands])
        if not deal.is_new:
            deal.changes.append(audit.change("happened_on", None, row.day))

    def take_note(self, deal: KnownDeal, row: DealRow) -> bool:
        """The remark of the latest row that has one is the deal's."""
        latest = max((one for one, _ in deal.rows if one.note), key=lambda one: (one.day, one.number), default=None)
        if latest is not row or deal.values["note"] == row.note:
            return False
        deal.values["note"] = row.note
        return True

    def settle_money(self, deal: KnownDeal) -> set[int]:
        """Take over what was signed and received. Returns the rows that said something new."""
        rows = sorted((row for row, _ in deal.rows), key=lambda row: (row.day, row.number))
        fresh: set[int] = set()
        signing = [row for row in rows if row.signed is not None]
        if signing and deal.values["signed"] != signing[-1].signed:
            deal.values["signed"] = signing[-1].signed
            fresh.add(signing[-1].number)
        if signing and deal.values["signed_on"] is None:
            deal.values["signed_on"] = signing[0].day
        for day in dict.fromkeys(row.day for row in rows if row.received):
            fresh |= self.settle_receipts(deal, [row for row in rows if row.day == day and row.received])
        return fresh

    def settle_receipts(self, deal: KnownDeal, rows: list[DealRow]) -> set[int]:
        """The receipts of one day: those known already stay, another amount in place of one corrects it."""
        there = [receipt for receipt in deal.receipts if receipt[1] == rows[0].day]
        fresh: list[DealRow] = []
        for row in rows:
            same = next((receipt for receipt in there if receipt[2] == row.received), None)
            if same is not None:
                there.remove(same)
            else:
                fresh.append(row)
        for row in fresh:
            before = None
            if there:
                receipt_id, _, before = there.pop(0)
                self.pending.corrected[receipt_id] = {"amount": row.received}
            else:
                self.pending.receipts.append((deal.id, row.received or 0, row.day))
            if not deal.is_new:
                deal.changes.append(audit.change("received", before, row.received))
        return {row.number for row in fresh}

    def write(self, touched: list[KnownDeal]) -> None:
        """Everything at once, parents first."""
        writer, pending = self.writer, self.pending
        created = {"state": RoundState.OPEN, "created_at": writer.at}
        new_rounds = [round for round in self.rounds.values() if round.is_new]
        writer.insert_values(Round, [{"id": round.id, **round.values, **created} for round in new_rounds])
        first = [(round.id, RoundState.OPEN, round.values["opened_on"]) for round in new_rounds]
        self.insert_numbered(RoundEvent, ("id", "round_id", "to_state", "happened_on"), first)
        for round in new_rounds:
            writer.note(Round, round.id, round.title)
        new_deals = [deal for deal in touched if deal.is_new]
        writer.insert_values(Deal, [{"id": deal.id, **deal.values, "created_at": writer.at} for deal in new_deals])
        for deal in touched:
            if deal.is_new or deal.changes:
                changes = [audit.change("stage", None, deal.values["stage"])] if deal.is_new else deal.changes
                writer.note(Deal, deal.id, deal.title, changes)
        columns = (
            "id",
            "deal_id",
            "from_stage",
            "from_status",
            "to_stage",
            "to_status",
            "happened_on",
            "reason",
            "note",
            "stages_version",
        )
        version = version_of("deal_stage")
        self.insert_numbered(DealEvent, columns, [(*event, version) for event in pending.events])
        self.insert_numbered(Receipt, ("id", "deal_id", "amount", "received_on"), pending.receipts)
        writer.update(Round, pending.rounds)
        writer.update(Deal, pending.deals)
        writer.update(Receipt, pending.corrected)
        if not writer.dry_run:
            rollup.rebuild()
        self.keep_participations(touched)

    def keep_participations(self, touched: list[KnownDeal]) -> None:
        """Deals of closed rounds that a ledger knows more of: their participations follow."""
        closed = {round.id for round in self.rounds.values() if round.values.get("state") == RoundState.CLOSED}
        ids = [deal.id for deal in touched if deal.values["round_id"] in closed]
        if ids and not self.writer.dry_run:
            keep_in_step(ids, by=self.writer.by, at=self.writer.at)

    def insert_numbered(self, model: Any, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        numbers = self.writer.numbers(model, len(rows))
        recorded = (self.writer.at, self.writer.by.id)
        numbered = ((number, *row, *recorded) for number, row in zip(numbers, rows, strict=True))
        self.writer.insert(model, (*columns, "recorded_at", "by_id"), numbered)


def new_deal(introduced_on: date) -> dict[str, Any]:
    """The columns of a deal before its first event."""
    return {
        "stage": FIRST_STAGE,
        "status": DealStatus.ACTIVE,
        "introduced_on": introduced_on,
        "moved_on": introduced_on,
        "entered_on": introduced_on,
        "signed": None,
        "signed_on": None,
        "pass_reason": None,
        "pass_note": "",
        "note": "",
    }


def event_key(event: Event, *, any_stage: bool = False) -> tuple[date, str, DealStatus, str | None]:
    """What makes two tellings one event. A row that only says how a deal ended knows no stage: "" there."""
    return event.day, "" if any_stage else event.stage, event.status, event.reason


def portions(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids in lists short enough for one query."""
    everything = list(ids)
    for start in range(0, len(everything), MANY):
        yield everything[start : start + MANY]
