"""Reading who changed what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from crm.audit.models import AuditEntry
from crm.core.db import db


def history_of(
    record_type: str, record_id: int, parts: Mapping[str, Collection[int]] | None = None, limit: int = 200
) -> Sequence[AuditEntry]:
    """The latest entries about a record and its parts ({type: ids}), newest first."""
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
