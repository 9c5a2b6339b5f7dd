"""Reading who changed what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from crm.audit.models import AuditEntry
from crm.audit.records import SYSTEM
from crm.audit.vocabulary import LOGGED
from crm.core.clock import end_of
from crm.core.db import db
from crm.core.listing import Place, Slice, Sort, slice_of

SORTS = {"at": Sort(AuditEntry.at, descending=True)}


@dataclass(frozen=True)
class Asked:
    """Which entries are meant: whose name or record's name holds a text, by whom, about what, which verb, from when to
    when (days in Shanghai, both included)."""

    text: str = ""
    who: str = ""
    kind: str = ""
    verb: str = ""
    since: date | None = None
    until: date | None = None


def entries(place: Place, asked: Asked, *, of_system: bool) -> Slice:
    """The history of everything, newest first: of accounts and settings, or of the records of the business. Both hold
    who took which list along."""
    about_system = AuditEntry.record_type.in_(SYSTEM)
    taken = AuditEntry.verb == "took"
    wanted = sa.select(AuditEntry).where(sa.or_(about_system if of_system else ~about_system, taken))
    if asked.text:
        wanted = wanted.where(AuditEntry.record_name.icontains(asked.text, autoescape=True))
    if asked.who:
        wanted = wanted.where(AuditEntry.actor_name.icontains(asked.who, autoescape=True))
    if asked.kind:
        wanted = wanted.where(AuditEntry.record_type == asked.kind)
    if asked.verb:
        wanted = wanted.where(AuditEntry.verb == asked.verb)
    if asked.since:
        wanted = wanted.where(AuditEntry.at >= end_of(asked.since - timedelta(days=1)))
    if asked.until:
        wanted = wanted.where(AuditEntry.at < end_of(asked.until))
    return slice_of(wanted, AuditEntry.id, SORTS, place)


def history_of(
    record_type: str, record_id: int, parts: Mapping[str, Collection[int]] | None = None, limit: int = 200
) -> Sequence[AuditEntry]:
    """The latest entries about a record and its parts ({type: ids}), newest first, but for readings that have a log of
    their own."""
    subjects: dict[str, Collection[int]] = {record_type: [record_id], **(parts or {})}
    return db.session.scalars(
        sa.select(AuditEntry)
        .where(
            sa.or_(
                *(
                    sa.and_(AuditEntry.record_type == name, AuditEntry.record_id.in_(ids))
                    for name, ids in subjects.items()
                )
            )
        )
        .where(AuditEntry.verb.not_in(LOGGED))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()


def latest(limit: int, *, without: Collection[str] = ()) -> Sequence[AuditEntry]:
    """The latest entries, newest first, but for some types of record."""
    return db.session.scalars(LATEST, {"without": list(without), "most": limit}).all()


LATEST = (
    sa.select(AuditEntry)
    .where(AuditEntry.record_type.not_in(sa.bindparam("without", expanding=True)))
    .order_by(AuditEntry.id.desc())
    .limit(sa.bindparam("most"))
)


def last_entry_of(record_type: str, record_id: int) -> AuditEntry | None:
    """The latest entry about a record."""
    return next(iter(history_of(record_type, record_id, limit=1)), None)
