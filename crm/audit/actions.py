"""Writing down who changed what."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, Protocol

import sqlalchemy as sa

from crm.audit.chain import await_commit, digest_of
from crm.audit.models import AuditEntry
from crm.audit.vocabulary import MASKS, UNTOLD
from crm.core.bulk import add_many
from crm.core.db import Base, db, recorded
from crm.core.origin import origin
from crm.lib.money import CNY


class Who(Protocol):
    """Somebody who acts: an account, or the command line without one."""

    @property
    def id(self) -> int | None: ...

    @property
    def name(self) -> str: ...


Change = dict[str, Any]
SCRUBBED = "scrubbed"


def record(
    subject: Base, verb: str, *, by: Who, at: datetime, name: str, changes: list[Change] | None = None
) -> AuditEntry:
    """Write one entry about a record; `name` is what the record is called at that time."""
    return record_many([(subject, name, changes or [])], verb, by=by, at=at)[0]


def record_many(
    told: Iterable[tuple[Base, str, list[Change]]], verb: str, *, by: Who, at: datetime
) -> list[AuditEntry]:
    """Write one entry about each of several records, (record, what it is called, changes), in one statement."""
    db.session.flush()  # the entries need the records' ids
    about = [(subject.__tablename__, subject.id, name[:200], changes) for subject, name, changes in told]
    entries = write(about, verb, by=by, at=at)
    recorded(db.session()).extend(entries)
    return entries


def write(about: Sequence[tuple[str, int, str, list[Change]]], verb: str, *, by: Who, at: datetime) -> list[AuditEntry]:
    """Add entries about (type of record, its id, what it is called, changes)."""
    entries = [
        AuditEntry(
            at=at,
            actor_id=by.id,
            actor_name=by.name,
            address=origin(),
            verb=verb,
            record_type=record_type,
            record_id=record_id,
            record_name=name,
            changes=changes,
        )
        for record_type, record_id, name, changes in about
    ]
    add_many(entries)
    await_commit(db.session(), entries)
    return entries


@contextmanager
def one_change() -> Iterator[None]:
    """What is recorded inside belongs to one larger change, which is recorded after it and takes all of it back."""
    entries = recorded(db.session())
    before = len(entries)
    yield
    del entries[before:]


def pending_changes(subject: Base) -> list[Change]:
    """What is about to change in a record, as [{"field", "before", "after"}]; call it before a flush."""
    state: Any = sa.inspect(subject)
    kinds = getattr(subject, "told_kinds", {})  # where a value's kind depends on the record
    changes = []
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if column.key in UNTOLD or not history.has_changes():
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if (before or None) != (after or None):
            kind, names = kinds.get(column.key), names_behind(column.columns[0], before, after)
            raw = {"kind": kind} if kind else {"names": names} if names else {}
            changes.append(change(column.key, before, after, **raw, **currency_of(subject)))
    return changes


def currency_of(subject: Base) -> dict[str, str]:
    """In which currency the history tells the amounts of a record; nothing for CNY."""
    currency = getattr(subject, "told_currency", CNY)
    return {} if currency == CNY else {"currency": currency}


def names_behind(column: Any, *ids: int | None) -> list[str | None]:
    """What the records are called that a foreign key pointed at before and after, as of now; [] for another column."""
    for key in column.foreign_keys:
        table = key.column.table
        if "name" in table.c:
            with db.session.no_autoflush:  # what is pending must stay so
                asked = sa.select(table.c.id, table.c.name).where(table.c.id.in_(list(filter(None, ids))))
                names = {row.id: str(row.name) for row in db.session.execute(asked)}
            return [names.get(one or 0) for one in ids]
    return []


def change(field: str, before: Any, after: Any, **raw: Any) -> Change:
    """One changed field. Of contact data the history keeps what everybody may see.

    `raw`: what an undo needs besides, such as the ids behind names.
    """
    mask = MASKS.get(field)
    before, after = (mask(value) if mask and value else storable(value) for value in (before, after))
    return {"field": field, "before": before, "after": after, **raw}


def storable(value: Any) -> Any:
    """A value as JSON keeps it: codes, 分 and ISO days, never labels."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (date, time)):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def record_change(
    subject: Base,
    *,
    by: Who,
    at: datetime,
    name: str,
    verb: str = "changed",
    more: list[Change] | None = None,
) -> AuditEntry | None:
    """Write what is about to change in a record; nothing when nothing is."""
    changes = pending_changes(subject) + (more or [])
    return record(subject, verb, by=by, at=at, name=name, changes=changes) if changes else None


def scrub(record_type: str, record_ids: Collection[int], *, by: Who, at: datetime) -> None:
    """Take names and values out of the entries about some records, on a person's request; who did what when stays.

    That it was done is an entry of its own, by which `crm audit verify` tells it from tampering.
    """
    about = sa.and_(AuditEntry.record_type == record_type, AuditEntry.record_id.in_(record_ids))
    told = db.session.scalars(sa.select(AuditEntry).where(about, AuditEntry.verb != SCRUBBED)).all()
    for entry in told:
        if entry.salt is not None:
            entry.digest, entry.salt = digest_of(entry.salt, entry.record_name, entry.changes), None
        entry.record_name, entry.changes = nameless(entry.record_id), []
    emptied = sorted({entry.record_id for entry in told})
    write([(record_type, record_id, nameless(record_id), []) for record_id in emptied], SCRUBBED, by=by, at=at)


def nameless(record_id: int) -> str:
    """What a record without a name is called."""
    return f"#{record_id}"
