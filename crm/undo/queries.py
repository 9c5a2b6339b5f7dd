"""Finding the changes that may be taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.undo.policies import is_own_and_fresh


def own_entries(actor: Actor, ids: Collection[int], at: datetime) -> Sequence[AuditEntry]:
    """The named changes, the latest first; none unless every one is this actor's own and fresh."""
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.id.in_(ids)).order_by(AuditEntry.id.desc())
    ).all()
    complete = len(entries) == len(ids) and all(is_own_and_fresh(entry, actor, at) for entry in entries)
    return entries if complete else []


def is_latest(entry: AuditEntry, among: Collection[int]) -> bool:
    """True when nobody changed the record after this, but for the changes that are taken back with it."""
    later = sa.select(sa.func.count()).where(
        AuditEntry.record_type == entry.record_type,
        AuditEntry.record_id == entry.record_id,
        AuditEntry.id > entry.id,
        AuditEntry.id.not_in(among),
        AuditEntry.verb.not_in(READINGS),
    )
    return not db.session.scalar(later)


def are_untouched(record_type: str, record_ids: Collection[int], *, since: AuditEntry) -> bool:
    """True while nothing happened to any of these records after a change."""
    later = sa.select(sa.func.count()).where(
        AuditEntry.record_type == record_type,
        AuditEntry.record_id.in_(record_ids),
        AuditEntry.id > since.id,
        AuditEntry.verb.not_in(READINGS),
    )
    return not db.session.scalar(later)


READINGS = ("revealed", "exported")
