"""Who takes back changes: those who make them, and only their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crm.accounts.models import Actor, Role
from crm.audit.models import AuditEntry

CHANGERS = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMIN})
UNDO_WITHIN = timedelta(hours=1)


def may_undo(actor: Actor, *records: Any) -> bool:
    """Those who change records and settings."""
    return actor.role in CHANGERS


def is_own_and_fresh(entry: AuditEntry, actor: Actor, at: datetime) -> bool:
    """True for a change that this actor made within the last hour."""
    return entry.actor_id is not None and entry.actor_id == actor.id and at - UNDO_WITHIN <= entry.at <= at
