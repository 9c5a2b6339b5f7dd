"""The guests of an event as a list of names: each with the record that it means, or with what is in its way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.named import GUESSED, grouped, once
from crm.events.actions import Invited
from crm.institutions.models import Institution
from crm.institutions.queries import suggestions as institutions_like
from crm.lib.names import name_key, split_names
from crm.lib.text import N_, Message
from crm.people.models import Person
from crm.people.queries import PRESENT, WITH_ORGANISATION
from crm.startups.models import Startup
from crm.startups.queries import suggestions as startups_like

MOST = 6
KINDS: tuple[type[Any], ...] = (Startup, Institution)


@dataclass(frozen=True)
class NamedGuest:
    """One name as it was typed. Without a record: why, and which records it may mean."""

    typed: str
    meant: Invited | None = None
    problem: Message | None = None
    candidates: Sequence[Invited] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What the name may mean, as (value, word)."""
        return [(subject_of(one), told(one)) for one in self.candidates]


@dataclass(frozen=True)
class NamedGuests:
    """All names of a list, in its order, those written alike once."""

    names: Sequence[NamedGuest]

    @property
    def meant(self) -> list[Invited]:
        """The records that are meant, each once."""
        return list({subject_of(one.meant): one.meant for one in self.names if one.meant is not None}.values())

    @property
    def unclear(self) -> list[NamedGuest]:
        """The names that mean none or several."""
        return [one for one in self.names if one.meant is None]

    @property
    def text(self) -> str:
        """The list as it would be typed, a name a line."""
        return "\n".join(one.typed for one in self.names)


def named_guests(text: str, chosen: Mapping[str, str]) -> NamedGuests:
    """The names in a text, set apart by lines, tabs or 、; `chosen`: {typed: the subject that it means}.

    Three statements, however many names there are, and a guess for each of the first few that mean nobody.
    """
    typed = once(split_names(text.replace("\t", "\n")))
    known, told, missing = all_called(typed), list[NamedGuest](), 0
    for name in typed:
        found = known[name]
        told.append(named(name, chosen.get(name, ""), found, may_guess=missing < GUESSED))
        missing += not found
    return NamedGuests(told)


def named(typed: str, chosen: str, found: Sequence[Invited], *, may_guess: bool) -> NamedGuest:
    meant = record_of(chosen) if chosen else None
    if meant is not None:
        return NamedGuest(typed, meant)
    if len(found) == 1:
        return NamedGuest(typed, found[0])
    if found:
        return NamedGuest(typed, None, N_("Several are called so: choose one."), found)
    similar: list[Invited] = [*startups_like(typed)[:MOST], *institutions_like(typed)[:MOST]] if may_guess else []
    return NamedGuest(typed, None, N_("Nobody on the platform is called so: choose one, or add it first."), similar)


def called(typed: str) -> list[Invited]:
    """The startups, institutions and people that are called so, by a name, a short name or a credit code."""
    return all_called([typed])[typed]


def all_called(names: Collection[str]) -> dict[str, list[Invited]]:
    """{name: whom it calls}, of many names."""
    keys, codes = {name_key(name) for name in names} - {""}, {name.strip().upper() for name in names}
    found: dict[str, list[Invited]] = {name: [] for name in names}
    for kind in KINDS:
        so = sa.or_(kind.name_key.in_(keys), kind.short_key.in_(keys), kind.credit_code.in_(codes))
        records = db.session.scalars(sa.select(kind).where(kind.archived_at.is_(None), so).order_by(kind.id)).all()
        add_called(found, records, ("name_key", "short_key"))
    people = sa.select(Person).options(*WITH_ORGANISATION).where(PRESENT, Person.name_key.in_(keys))
    add_called(found, db.session.scalars(people.order_by(Person.id)).all(), ("name_key",))
    return found


def add_called(found: Mapping[str, list[Invited]], records: Sequence[Any], columns: Sequence[str]) -> None:
    """Add to each name the first few records of a kind that bear it."""
    bearing = [grouped(records, column) for column in columns]
    by_code = grouped(records, "credit_code") if "short_key" in columns else {}
    for name, several in found.items():
        key = name_key(name)
        bears = [*(one for by in bearing for one in by.get(key, ())), *by_code.get(name.strip().upper(), ())]
        several.extend(list(dict.fromkeys(bears))[:MOST])


def record_of(subject: str) -> Invited | None:
    """The record of a subject such as `startup:7`."""
    kind, _, number = subject.partition(":")
    model: Any = {"startup": Startup, "institution": Institution, "person": Person}.get(kind)
    if model is None or not number.isdecimal() or len(number) > 18:
        return None
    options = (joinedload(Person.institution), joinedload(Person.startup)) if model is Person else ()
    found: Invited | None = db.session.get(model, int(number), options=options)
    return found


def subject_of(record: Invited) -> str:
    """How a form names a record: `startup:7`."""
    return f"{record.__tablename__}:{record.id}"


def told(record: Invited) -> str:
    """What a record is called where several are offered: its full name, a person with the organisation."""
    if isinstance(record, Person):
        where = record.organisation
        return f"{record.name} · {where.shown_name}" if where else record.name
    return record.name


def suggested(text: str, limit: int) -> Iterable[Invited]:
    """The first few startups, institutions and people that a typed text may mean."""
    people = sa.select(Person).options(*WITH_ORGANISATION)
    key = name_key(text)
    starts = people.where(PRESENT, Person.name_key.startswith(key, autoescape=True)).order_by(
        Person.name_key, Person.id
    )
    found = [*startups_like(text)[:limit], *institutions_like(text)[:limit]]
    return [*found, *db.session.scalars(starts.limit(limit))]
