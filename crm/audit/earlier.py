"""What records said at an earlier moment, by the history of what was changed since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.audit.models import AuditEntry
from crm.core.db import Base, Codes, db
from crm.core.prepared import Prepared

R = TypeVar("R", bound=Base)


def said_at(records: Sequence[Base], moment: datetime) -> dict[int, dict[str, Any]]:
    """{record: {column: what it said at the moment}}, of what was changed since; the records are of one kind."""
    known = {record.id: record for record in records}
    if not known:
        return {}
    entries = db.session.execute(
        sa.select(AuditEntry.record_id, AuditEntry.verb, AuditEntry.at, AuditEntry.changes)
        .where(
            AuditEntry.record_type == records[0].__tablename__,
            AuditEntry.record_id.in_(known),
            AuditEntry.at > moment,
        )
        .order_by(AuditEntry.id.desc())
    )
    found: dict[int, dict[str, Any]] = {}
    for record_id, verb, at, changes in entries:
        found.setdefault(record_id, {}).update(said_before(known[record_id], verb, at, changes))
    return found


def said_before(record: Base, verb: str, at: datetime, changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the columns of a record said before one entry of its history."""
    said: dict[str, Any] = {}
    if verb in {"archived", "restored"}:
        said["archived_at"] = at if verb == "restored" else None
    return said | {
        change["field"]: as_column(record, change["field"], change["before"])
        for change in changes
        if change["field"] in sa.inspect(type(record)).columns
    }


class Rewound:
    """What records of some kinds said at any moment since a first one: the history since then is read once."""

    def __init__(self, kinds: Sequence[type[Base]], first: datetime) -> None:
        columns = (AuditEntry.record_type, AuditEntry.record_id, AuditEntry.at, AuditEntry.verb, AuditEntry.changes)
        entries = sa.select(*columns).where(
            AuditEntry.record_type.in_([kind.__tablename__ for kind in kinds]),
            AuditEntry.at > first,
            AuditEntry.verb != "created",
        )
        self.entries: dict[tuple[str, int], list[Any]] = {}
        for entry in db.session.execute(entries.order_by(AuditEntry.id.desc())):
            self.entries.setdefault((entry.record_type, entry.record_id), []).append(entry)

    def said(self, record: R, moment: datetime) -> R:
        """The record as it read at a moment: itself, or a copy that belongs to no session."""
        since = [one for one in self.entries.get((record.__tablename__, record.id), ()) if one.at > moment]
        before: dict[str, Any] = {}
        for entry in since:
            before |= said_before(record, entry.verb, entry.at, entry.changes)
        if not before:
            return record
        mapper: Any = sa.inspect(type(record))
        columns = {column.key: getattr(record, column.key) for column in mapper.column_attrs}
        return type(record)(**columns | before)


def as_column(record: Base, field: str, value: Any) -> Any:
    """A value of the history as the record's column keeps it."""
    column = sa.inspect(type(record)).columns[field]
    if isinstance(column.type, Codes):
        return tuple(value or ())
    if isinstance(column.type, sa.JSON):
        return value
    if value is None:
        return "" if column.type.python_type is str and not column.nullable else None
    python_type: Any = column.type.python_type
    if python_type is not str and isinstance(value, str):
        return getattr(python_type, "fromisoformat", python_type)(value)
    return value


def last_entry() -> int:
    """The number of the latest entry; 0 before the first."""
    return db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0


def written_about(kinds: Sequence[type[Base]], since: int, most: int) -> set[tuple[str, int]]:
    """(kind, record) of these kinds with an entry after a number, by so many entries, the first ones."""
    rows = written_since(tuple(kind.__tablename__ for kind in kinds)).all(since=since, most=most)
    return {(kind, record_id) for kind, record_id in rows}


@cache
def written_since(kinds: tuple[str, ...]) -> Prepared:
    kind = sa.func.coalesce(AuditEntry.record_type, "")  # along the numbers: of a kind there are many more entries
    return Prepared(
        sa.select(AuditEntry.record_type, AuditEntry.record_id)
        .where(AuditEntry.id > sa.bindparam("since", type_=sa.BigInteger), kind.in_(kinds))
        .order_by(AuditEntry.id)
        .limit(sa.bindparam("most"))
    )
