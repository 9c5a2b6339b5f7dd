"""Taking back that open work, or a request of an investor, was given to somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.accounts.models import Account, Actor
from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.handover.actions import take_back


def assign_back(assign: Any) -> Any:
    """Takes back that a request of an investor was given to somebody: who saw to it before does again."""

    def take_back(record: Any, entry: AuditEntry, by: Actor, at: datetime) -> None:
        owner_id = entry.changes[0]["back"]
        assign(record, db.session.get(Account, owner_id) if owner_id is not None else None, by=by, at=at)

    return take_back


def take_back_handover(account: Account, entry: AuditEntry, by: Actor, at: datetime) -> None:
    take_back(account, entry.changes, entry.record_name, by=by, at=at)
