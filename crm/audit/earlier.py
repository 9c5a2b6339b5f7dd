"""What records said at an earlier moment, by the history of what was changed since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.audit.models import AuditEntry
from crm.core.db import Base, Codes, db


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
        said, record = found.setdefault(record_id, {}), known[record_id]
        if verb in {"archived", "restored"}:
            said["archived_at"] = at if verb == "restored" else None
        said |= {
            change["field"]: as_column(record, change["field"], change["before"])
            for change in changes
            if change["field"] in sa.inspect(type(record)).columns
        }
    return found


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
