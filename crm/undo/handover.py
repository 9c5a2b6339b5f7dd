"""Taking back a handover: what the heir still has to do goes back to whom it came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.accounts.models import Account, Actor
from crm.activities import actions as activity_actions
from crm.appointments import actions as appointment_actions
from crm.audit import actions as audit
from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.deals import actions as deal_actions
from crm.questions import actions as question_actions
from crm.services import actions as service_actions

HAND_OVER = {
    "deals": deal_actions.hand_over,
    "services": service_actions.hand_over,
    "tasks": activity_actions.hand_over,
    "questions": question_actions.hand_over,
    "appointments": appointment_actions.hand_over,
}


def assign_back(assign: Any) -> Any:
    """Takes back that a request of an investor was given to somebody: who saw to it before does again."""

    def take_back(record: Any, entry: AuditEntry, by: Actor, at: datetime) -> None:
        owner_id = entry.changes[0]["back"]
        assign(record, db.session.get(Account, owner_id) if owner_id is not None else None, by=by, at=at)

    return take_back


def take_back_handover(account: Account, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """What is still open and still lies where it was given; what moved on since stays there."""
    given = {change["field"]: change["back"] for change in entry.changes}
    heir_id = given.pop("heir")
    heir = db.session.get(Account, heir_id) if heir_id is not None else None
    with audit.one_change():
        returned = {what: HAND_OVER[what](heir, account, ids, by=by, at=at) for what, ids in given.items()}
    changes = [audit.change(what, len(ids), None) for what, ids in returned.items() if ids]
    audit.record(account, "undone", by=by, at=at, name=entry.record_name, changes=changes)
