"""Changing and publishing startups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from crm.accounts.models import Account, Actor
from crm.accounts.queries import name_of
from crm.audit import actions as audit
from crm.core.db import db, insert_into
from crm.core.errors import Refusal
from crm.core.naming import check_identity, keep_former_names
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.lib.text import N_
from crm.settings.queries import version_of
from crm.startups.models import Competition, Startup
from crm.startups.queries import startup_of

SECTOR_VERSIONS = {"sector_layer": "layer_version", "sector_vertical": "vertical_version"}


@dataclass(frozen=True)
class StartupValues:
    """What a form or a ledger says about a startup."""

    name: str
    short_name: str = ""
    credit_code: str | None = None
    other_identifier: str | None = None
    no_code_reason: str | None = None
    former_names: tuple[str, ...] = ()
    founded_on: date | None = None
    joined_on: date | None = None
    sector_layer: str | None = None
    sector_vertical: str | None = None
    growth_stage: str | None = None
    structure: str | None = None
    headcount: int | None = None
    headcount_text: str = ""
    seeking: Amount = field(default_factory=Amount)
    summary: str = ""
    profile: str = ""
    team: str = ""
    note: str = ""
    owner_id: int | None = None


def add(values: StartupValues, *, by: Actor, at: datetime) -> Startup:
    """A new startup. Raises Refusal when its name or credit code is taken."""
    check_identity(Startup, values)
    startup = Startup(created_at=at)
    fill(startup, values)
    db.session.add(startup)
    audit.record(startup, "created", by=by, at=at, name=startup.name)
    keep_former_names(startup, values.former_names, called=startup.name)
    return startup


def edit(startup: Startup, values: StartupValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change a startup; one that is renamed keeps its old name as a former one. Raises Refusal, Conflict."""
    startup.expect_version(version)
    check_identity(Startup, values, besides=startup.id)
    with db.session.no_autoflush:
        renamed = keep_former_names(startup, values.former_names, called=values.name)
        fill(startup, values)
        more = [audit.change("former_names", *renamed, back=list(renamed[0]))] if renamed else []
        audit.record_change(startup, by=by, at=at, name=startup.name, more=more)


def change(startup: Startup, told: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Let some fields that name nobody say something else."""
    with db.session.no_autoflush:
        for name, value in {**told, **pins(told)}.items():
            setattr(startup, name, value)
        audit.record_change(startup, by=by, at=at, name=startup.name)


def give(startup: Startup, owner_id: int | None, *, by: Actor, at: datetime) -> None:
    """Let somebody else answer for a startup, or nobody yet."""
    change(startup, {"owner_id": owner_id}, by=by, at=at)


def hand_over(startup: Startup, to: Account | None, *, by: Actor, at: datetime) -> None:
    """Let somebody else answer for a startup, or nobody yet, as one of all that somebody else had."""
    before, startup.owner_id = name_of(startup.owner_id), to.id if to else None
    owner = audit.change("owner_id", before, to and to.name)
    audit.record(startup, "changed", by=by, at=at, name=startup.name, changes=[owner])


def archive(startup: Startup, *, by: Actor, at: datetime) -> None:
    """Put a startup away: it leaves lists, type-ahead and the portal; what was done for it still counts."""
    startup.archived_at = at
    audit.record(startup, "archived", by=by, at=at, name=startup.name)


def restore(startup: Startup, *, by: Actor, at: datetime) -> None:
    """Bring a startup back."""
    startup.archived_at = None
    audit.record(startup, "restored", by=by, at=at, name=startup.name)


def link(startup: Startup, institution: Institution, *, by: Actor, at: datetime) -> None:
    """Say that a startup and an institution are the same legal person. Raises Refusal when the institution is taken."""
    twin = startup_of(institution)
    if twin is not None and twin.id != startup.id:
        raise Refusal({"institution": N_("%(name)s is linked to this institution already.", name=twin.name)})
    tie(startup, institution, by=by, at=at)


def unlink(startup: Startup, *, by: Actor, at: datetime) -> None:
    """Say that a startup and its institution are two legal persons after all."""
    tie(startup, None, by=by, at=at)


def mark_competitor(startup: Startup, other: Startup, *, by: Actor, at: datetime) -> None:
    """Say that two startups compete, once; what was matched for either no longer holds. Raises Refusal for itself."""
    if startup.id == other.id:
        raise Refusal({"startup": N_("A startup does not compete with itself.")})
    first, second = sorted((startup.id, other.id))
    row = insert_into(Competition).values(startup_id=first, other_id=second, by_id=by.id, at=at)
    db.session.execute(row.on_conflict_do_nothing(index_elements=("startup_id", "other_id")))
    tell_competition(startup, other, None, other.name, by=by, at=at)


def unmark_competitor(startup: Startup, other: Startup, *, by: Actor, at: datetime) -> None:
    """Say that two startups do not compete after all."""
    first, second = sorted((startup.id, other.id))
    pair = sa.and_(Competition.startup_id == first, Competition.other_id == second)
    db.session.execute(sa.delete(Competition).where(pair))
    tell_competition(startup, other, other.name, None, by=by, at=at)


def tell_competition(
    startup: Startup, other: Startup, before: str | None, after: str | None, *, by: Actor, at: datetime
) -> None:
    """Both histories tell it, and both records count as changed: their matches are computed anew."""
    told = {startup: (before, after), other: tuple(startup.name if one else None for one in (before, after))}
    for record, names in told.items():
        flag_modified(record, "note")
        audit.record(record, "changed", by=by, at=at, name=record.name, changes=[audit.change("competitor", *names)])


def tie(startup: Startup, institution: Institution | None, *, by: Actor, at: datetime) -> None:
    before = db.session.get(Institution, startup.institution_id) if startup.institution_id else None
    startup.institution_id = institution.id if institution else None
    names = (one.name if one else None for one in (before, institution))
    changes = [audit.change("same_legal_person", *names, back=before.id if before else None)]
    audit.record(startup, "changed", by=by, at=at, name=startup.name, changes=changes)


def fill(startup: Startup, values: StartupValues) -> None:
    told = {name: value for name, value in vars(values).items() if name != "former_names"}
    for name, value in {**told, **pins(changed_sectors(startup, values))}.items():
        setattr(startup, name, value)
    startup.call(values.name, values.short_name)


def changed_sectors(startup: Startup, values: StartupValues) -> dict[str, str | None]:
    """The axes of the sector on which values differ from what a startup has."""
    told = {axis: getattr(values, axis) for axis in SECTOR_VERSIONS}
    return {axis: code for axis, code in told.items() if code != getattr(startup, axis)}


def pins(values: Mapping[str, Any]) -> dict[str, int | None]:
    """The versions of the vocabularies that the sectors among some values are words of, as columns of a startup."""
    return {
        column: version_of(axis) if values[axis] else None for axis, column in SECTOR_VERSIONS.items() if axis in values
    }
