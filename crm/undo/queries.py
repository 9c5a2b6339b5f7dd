"""Finding the changes that may be taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.accounts.models import Actor
from crm.audit.models import AuditEntry
from crm.audit.vocabulary import READINGS
from crm.core.db import db
from crm.undo.policies import is_own_and_fresh


def own_entries(actor: Actor, ids: Collection[int], at: datetime) -> Sequence[AuditEntry]:
    """The named changes, the latest first; none unless every one is this actor's own and fresh."""
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.id.in_(ids)).order_by(AuditEntry.id.desc())
    ).all()
    complete = len(entries) == len(ids) and all(is_own_and_fresh(entry, actor, at) for entry in entries)
    return entries if complete else []


def are_latest(ids: Collection[int]) -> bool:
    """True when nobody changed the records of these changes after them, but by one another."""
    later = aliased(AuditEntry)
    same = sa.and_(later.record_type == AuditEntry.record_type, later.record_id == AuditEntry.record_id)
    changed_since = sa.and_(later.id > AuditEntry.id, later.id.not_in(ids), later.verb.not_in(READINGS))
    found = sa.select(later.id).join(AuditEntry, same).where(AuditEntry.id.in_(ids), changed_since).limit(1)
    return db.session.scalar(found) is None


def are_untouched(record_type: str, record_ids: Collection[int], *, since: AuditEntry) -> bool:
    """True while nothing happened to any of these records after a change."""
    later = sa.select(sa.func.count()).where(
        AuditEntry.record_type == record_type,
        AuditEntry.record_id.in_(record_ids),
        AuditEntry.id > since.id,
        AuditEntry.verb.not_in(READINGS),
    )
    return not db.session.scalar(later)
