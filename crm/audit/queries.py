"""Reading who changed what."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from crm.audit.models import AuditEntry
from crm.core.db import db


def history_of(record_type: str, record_id: int, limit: int = 200) -> Sequence[AuditEntry]:
    """The latest entries about a record, newest first."""
    return db.session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.record_type == record_type, AuditEntry.record_id == record_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()


def latest(limit: int, *, without: Collection[str] = ()) -> Sequence[AuditEntry]:
    """The latest entries, newest first, but for some types of record."""
    return db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.record_type.not_in(without)).order_by(AuditEntry.id.desc()).limit(limit)
    ).all()
