"""Services provided: everything in the ledger belongs to the finance line of the platform."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.imports.actions.deals import portions
from crm.imports.actions.matching import Directory, Known, Unmatched
from crm.imports.actions.records import Run, differences, in_the_bin, told
from crm.imports.investors import key_of
from crm.imports.outcome import ADDED, CHANGED, UNCHANGED
from crm.imports.rows import Reading, ServiceRow
from crm.lib.names import name_key
from crm.lib.text import N_, Message, Unreadable
from crm.services.models import (
    FINANCE_LINE,
    Service,
    ServiceCategory,
    ServicePartner,
    ServiceState,
    ServiceType,
)

Key = tuple[int, int, date, str]


COLUMNS = (
    "startup_id", "type_id", "happened_on", "state", "content", "outcome", "amount_low", "amount_high", "amount_text",
    "partner_text", "handler",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class KnownService:
    """A service that the database knows, with its partners."""

    id: int
    values: Mapping[str, Any]
    partners: set[int]


class NewService(NamedTuple):
    """A service about to be."""

    id: int
    startup: Known
    type_id: int
    state: ServiceState
    row: ServiceRow
    partner_text: str

    def columns(self) -> tuple[Any, ...]:
        """Its columns, in the order of COLUMNS."""
        row, amount = self.row, self.row.amount
        return (
            self.startup.id,
            self.type_id,
            row.day,
            self.state,
            row.content,
            row.outcome,
            amount.low,
            amount.high,
            amount.text,
            self.partner_text,
            row.handler,
        )


class Catalogue:
    """The categories and types of the finance line; what the ledger names besides is added."""

    def __init__(self, run: Run) -> None:
        self.writer = run.writer
        self.categories: dict[str, int] = {}
        self.types: dict[tuple[int, str], int] = {}
        self.names: dict[int, str] = {}
        self.found: dict[tuple[str, str], int] = {}
        line = sa.select(ServiceCategory).where(ServiceCategory.line == FINANCE_LINE)
        for category in self.writer.session.scalars(line):
            for name in (category.name_en, category.name_zh):
                self.categories[key_of(name)] = category.id
        of_line = sa.select(ServiceType).where(ServiceType.category_id.in_(self.categories.values()))
        for one in self.writer.session.scalars(of_line):
            for name in (one.name_en, one.name_zh):
                self.types[one.category_id, key_of(name)] = one.id
            self.names[one.id] = one.name_zh

    def type_of(self, row: ServiceRow) -> int:
        """The type that a row names, added where it is new. Raises Unmatched without a category."""
        found = self.found.get((row.category, row.type))
        if found is None:
            found = self.found[row.category, row.type] = self.find_or_add(row)
        return found

    def find_or_add(self, row: ServiceRow) -> int:
        key = key_of(row.type)
        if not row.category:
            types = {one for (_, name), one in self.types.items() if name == key}
            if len(types) != 1:
                raise Unmatched(N_("the category of “%(name)s” is missing", name=row.type))
            return types.pop()
        category = self.category_of(row.category)
        if (category, key) not in self.types:
            self.types[category, key] = self.add(ServiceType, category_id=category, name_zh=row.type, outcome_fields=[])
            self.names[self.types[category, key]] = row.type
        return self.types[category, key]

    def category_of(self, name: str) -> int:
        """`路演/沙龙` is the category 路演 where there is no other of that name."""
        keys = [key_of(part) for part in (name, *re.split(r"[/／、]", name))]
        found = next((self.categories[key] for key in keys if key in self.categories), None)
        if found is None:
            found = self.categories[key_of(name)] = self.add(ServiceCategory, line=FINANCE_LINE, name_zh=name)
        return found

    def add(self, model: type[ServiceCategory | ServiceType], **values: Any) -> int:
        number = self.writer.numbers(model, 1)[0]
        self.writer.insert_values(model, [{"id": number, **values}])
        self.writer.note(model, number, values["name_zh"])
        return number


class ServiceImport:
    """The import of one sheet of services."""

    def __init__(self, sheet: str, startups: Directory, institutions: Directory, run: Run) -> None:
        self.sheet = sheet
        self.startups = startups
        self.institutions = institutions
        self.words = run.words
        self.writer = run.writer
        self.outcome = run.outcome
        self.today = day_of(run.writer.at)
        self.catalogue = Catalogue(run)
        self.known: dict[Key, KnownService | None] = {}
        self.changed: dict[int, dict[str, Any]] = {}
        self.new_partners: list[tuple[int, int, date, int | None]] = []

    def run_all(self, readings: Sequence[Reading]) -> None:
        """Add and change services by the rows of the sheet."""
        good = [matched for reading in readings if (matched := self.match(reading)) is not None]
        self.load({startup.id for startup, *_ in good})
        numbers = iter(self.writer.numbers(Service, len(good)))
        new: list[NewService] = []
        for startup, type_id, state, row, partners, partner_text in good:
            key = (startup.id, type_id, row.day, name_key(row.content))
            service = NewService(0, startup, type_id, state, row, partner_text)
            if key not in self.known:
                self.known[key] = None
                new.append(service._replace(id=next(numbers)))
                self.new_partners += [(new[-1].id, partner.id, row.day, None) for partner in partners]
                self.outcome.count("services", ADDED)
            else:
                self.outcome.count("services", self.update(self.known[key], service, partners))
        self.write(new)

    def match(self, reading: Reading) -> tuple[Known, int, ServiceState, ServiceRow, list[Known], str] | None:
        """What a row names; None for a row that is refused."""
        row: ServiceRow = reading.value
        if row is None:
            self.outcome.refuse(self.sheet, reading.number, *reading.reasons)
            return None
        warnings = list(reading.warnings)
        try:
            state = self.words.state(row.state)
            if state == ServiceState.COMPLETED and row.day > self.today:
                raise Unmatched(N_("completed in the future (%(day)s)", day=row.day.isoformat()))
            startup = self.startups.find(row.startup)
            partners, partner_text = self.partners(row, warnings)
            type_id = self.catalogue.type_of(row)
        except (Unmatched, Unreadable) as error:
            self.outcome.refuse(self.sheet, reading.number, error.message)
            return None
        self.outcome.warn(self.sheet, row.number, *warnings)
        return startup, type_id, state, row, partners, partner_text

    def partners(self, row: ServiceRow, warnings: list[Message]) -> tuple[list[Known], str]:
        """The institutions that took part, and the names that mean none of ours. Raises Unmatched."""
        found: list[Known] = []
        missing: list[str] = []
        for name in row.partners:
            if not self.institutions.knows(name):
                missing.append(name)
                warnings.append(N_("“%(name)s” is no institution of ours: kept as text", name=name))
            elif (institution := self.institutions.find(name)) not in found:
                found.append(institution)
        return found, "、".join(missing)[:200]

    def load(self, startup_ids: set[int]) -> None:
        """The services of these startups that the database knows."""
        execute = self.writer.session.execute
        by_id: dict[int, KnownService] = {}
        columns = [Service.__table__.c[name] for name in ("id", "archived_at", "deal_id", *COLUMNS)]
        for some in portions(startup_ids):
            for row in execute(sa.select(*columns).where(Service.startup_id.in_(some))).mappings():
                key = (row["startup_id"], row["type_id"], row["happened_on"], name_key(row["content"]))
                by_id[row["id"]] = self.known[key] = KnownService(row["id"], cast("Mapping[str, Any]", row), set())
            links = (
                sa.select(ServicePartner.service_id, ServicePartner.institution_id)
                .join(Service, Service.id == ServicePartner.service_id)
                .where(Service.startup_id.in_(some))
            )
            for link in execute(links):
                by_id[link.service_id].partners.add(link.institution_id)

    def update(self, known: KnownService | None, service: NewService, partners: list[Known]) -> str:
        """Take over what a row says differently; what it does not say stays. The first of two equal rows stands."""
        if known is None:
            return UNCHANGED
        fresh = differences(known.values, dict(zip(COLUMNS, service.columns(), strict=True)))
        joined = [partner for partner in partners if partner.id not in known.partners]
        if known.values["archived_at"]:
            self.outcome.warn(self.sheet, service.row.number, in_the_bin(service.row.type))
        if not fresh and not joined:
            return UNCHANGED
        changes = told(known.values, fresh)
        if joined:
            changes.append(audit.change("partners", None, [partner.name for partner in joined]))
        known.values = {**known.values, **fresh}
        known.partners.update(partner.id for partner in joined)
        self.new_partners += [(known.id, partner.id, service.row.day, known.values["deal_id"]) for partner in joined]
        self.writer.note(Service, known.id, self.title(service), changes)
        self.changed.setdefault(known.id, {}).update(fresh)
        return CHANGED

    def title(self, service: NewService) -> str:
        """What a service is called in the history."""
        return f"{service.startup.shown_name} · {self.catalogue.names[service.type_id]}"

    def write(self, new: list[NewService]) -> None:
        """Services, their partners and the audit lines."""
        columns = ("id", *COLUMNS, "owner_id", "created_at")
        ending = (self.writer.by.id, self.writer.at)
        self.writer.insert(Service, columns, ((one.id, *one.columns(), *ending) for one in new))
        for one in new:
            self.writer.note(Service, one.id, self.title(one))
        numbers = self.writer.numbers(ServicePartner, len(self.new_partners))
        links = ((number, *link) for number, link in zip(numbers, self.new_partners, strict=True))
        self.writer.insert(ServicePartner, ("id", "service_id", "institution_id", "happened_on", "deal_id"), links)
        self.writer.update(Service, {number: values for number, values in self.changed.items() if values})
