"""Services provided: everything in the ledger belongs to the finance line of the platform."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.imports.actions.deals import portions
from crm.imports.actions.matching import Directory, Known, Unmatched
from crm.imports.actions.records import Run, amount_columns, differences, in_the_bin, told
from crm.imports.outcome import ADDED, CHANGED, UNCHANGED
from crm.imports.rows import Reading, ServiceRow, key_of
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


@dataclass(slots=True, eq=False)
class KnownService:
    """A service, in the database or about to be, with its partners."""

    id: int
    title: str
    values: dict[str, Any]
    partners: dict[int, str]
    is_new: bool


class Catalogue:
    """The categories and types of the finance line; what the ledger names besides is added."""

    def __init__(self, run: Run) -> None:
        self.writer = run.writer
        self.categories: dict[str, int] = {}
        self.types: dict[tuple[int, str], int] = {}
        self.names: dict[int, str] = {}
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
        key = key_of(row.type)
        if not row.category:
            found = {one for (_, name), one in self.types.items() if name == key}
            if len(found) != 1:
                raise Unmatched(N_("the category of “%(name)s” is missing", name=row.type))
            return found.pop()
        category = self.category_of(row.category)
        if (category, key) not in self.types:
            self.types[category, key] = self.add(ServiceType, category_id=category, name_zh=row.type)
            self.names[self.types[category, key]] = row.type
        return self.types[category, key]

    def category_of(self, name: str) -> int:
        """`路演/沙龙` is the category 路演 where there is no other of that name."""
        parts = [name, *re.split(r"[/／、]", name)]
        found = next((self.categories[key] for part in parts if (key := key_of(part)) in self.categories), None)
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
        self.known: dict[Key, KnownService] = {}
        self.changed: dict[int, dict[str, Any]] = {}
        self.new_partners: list[tuple[int, int]] = []

    def run_all(self, readings: Sequence[Reading]) -> None:
        """Add and change services by the rows of the sheet."""
        good = [matched for reading in readings if (matched := self.match(reading)) is not None]
        self.load({startup.id for startup, *_ in good})
        numbers = iter(self.writer.numbers(Service, len(good)))
        new: list[KnownService] = []
        for startup, type_id, state, row, partners, missing in good:
            key = (startup.id, type_id, row.day, key_of(row.content))
            values = service_values(startup.id, type_id, state, row, missing)
            known = self.known.get(key)
            if known is None:
                title = f"{startup.shown_name} · {self.catalogue.names[type_id]}"
                known = KnownService(next(numbers), title, values, partners, is_new=True)
                self.known[key] = known
                new.append(known)
                self.new_partners += [(known.id, partner) for partner in partners]
                self.outcome.count("services", ADDED)
            else:
                self.outcome.count("services", self.update(known, row, values, partners))
        self.write(new)

    def match(self, reading: Reading) -> tuple[Known, int, ServiceState, ServiceRow, dict[int, str], list[str]] | None:
        """What a row names; None for a row that is refused."""
        row: ServiceRow = reading.value
        if row is None:
            self.outcome.refuse(self.sheet, reading.number, *reading.reasons)
            return None
        warnings = list(reading.warnings)
        try:
            state = self.words.state(row.state)
            if state == ServiceState.COMPLETED and row.day > self.today:
                raise Unmatched(N_("completed on a day that has not come yet (%(day)s)", day=row.day.isoformat()))
            startup = self.startups.find(row.startup)
            partners, missing = self.partners(row, warnings)
            type_id = self.catalogue.type_of(row)
        except (Unmatched, Unreadable) as error:
            self.outcome.refuse(self.sheet, reading.number, error.message)
            return None
        self.outcome.warn(self.sheet, row.number, *warnings)
        return startup, type_id, state, row, partners, missing

    def partners(self, row: ServiceRow, warnings: list[Message]) -> tuple[dict[int, str], list[str]]:
        """The institutions that took part, and the names that mean none of ours. Raises Unmatched."""
        found: dict[int, str] = {}
        missing: list[str] = []
        for name in row.partners:
            if not self.institutions.knows(name):
                missing.append(name)
                warnings.append(N_("“%(name)s” is no institution of ours: kept as text", name=name))
            else:
                institution = self.institutions.find(name)
                found[institution.id] = institution.name
        return found, missing

    def load(self, startup_ids: set[int]) -> None:
        """The services of these startups that the database knows."""
        execute = self.writer.session.execute
        by_id: dict[int, KnownService] = {}
        for some in portions(startup_ids):
            for row in execute(sa.select(Service.__table__).where(Service.startup_id.in_(some))).mappings():
                key = (row["startup_id"], row["type_id"], row["happened_on"], key_of(row["content"]))
                by_id[row["id"]] = self.known[key] = KnownService(row["id"], "", dict(row), {}, is_new=False)
            links = (
                sa.select(ServicePartner.service_id, ServicePartner.institution_id)
                .join(Service, Service.id == ServicePartner.service_id)
                .where(Service.startup_id.in_(some))
            )
            for link in execute(links):
                by_id[link.service_id].partners[link.institution_id] = ""

    def update(self, known: KnownService, row: ServiceRow, values: dict[str, Any], partners: dict[int, str]) -> str:
        """Take over what a row says differently; what it does not say stays."""
        fresh = differences(known.values, values)
        joined = {number: name for number, name in partners.items() if number not in known.partners}
        if known.values.get("archived_at"):
            self.outcome.warn(self.sheet, row.number, in_the_bin(row.type))
        if not fresh and not joined:
            return UNCHANGED
        changes = told(known.values, fresh)
        if joined:
            changes.append(audit.change("partners", None, list(joined.values())))
        known.values.update(fresh)
        known.partners.update(joined)
        self.new_partners += [(known.id, partner) for partner in joined]
        if known.is_new:
            return UNCHANGED
        title = f"{self.startups.by_id(known.values['startup_id']).shown_name} · {row.type}"
        self.writer.note(Service, known.id, title, changes)
        self.changed.setdefault(known.id, {}).update(fresh)
        return CHANGED

    def write(self, new: list[KnownService]) -> None:
        """Services, their partners and the audit lines."""
        owned = {"owner_id": self.writer.by.id, "created_at": self.writer.at}
        self.writer.insert_values(Service, [{"id": one.id, **one.values, **owned} for one in new])
        for one in new:
            self.writer.note(Service, one.id, one.title)
        numbers = self.writer.numbers(ServicePartner, len(self.new_partners))
        rows = [(number, *link) for number, link in zip(numbers, self.new_partners, strict=True)]
        self.writer.insert(ServicePartner, ("id", "service_id", "institution_id"), rows)
        self.writer.update(Service, {number: values for number, values in self.changed.items() if values})


def service_values(
    startup_id: int, type_id: int, state: ServiceState, row: ServiceRow, missing: list[str]
) -> dict[str, Any]:
    """A service's columns by its row."""
    return {
        "startup_id": startup_id,
        "type_id": type_id,
        "happened_on": row.day,
        "state": state,
        "content": row.content,
        "outcome": row.outcome,
        **amount_columns("amount", row.amount),
        "partner_text": "、".join(missing)[:200],
        "handler": row.handler,
    }
