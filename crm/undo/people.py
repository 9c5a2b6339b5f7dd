"""Taking back a change of a person or an account: where somebody works, and contact data, of which the history holds
masks only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Actor
from crm.audit import actions as audit
from crm.audit.earlier import as_column
from crm.audit.models import AuditEntry
from crm.audit.vocabulary import MASKS
from crm.core.db import db
from crm.core.errors import Refusal
from crm.institutions.models import Institution
from crm.notifications.actions import forget_elsewhere
from crm.people import actions as people_actions
from crm.people.actions import PersonValues
from crm.people.models import Person
from crm.startups.models import Startup
from crm.undo.columns import GONE, is_as_left, put_back

ORGANISATIONS = {kind.__tablename__: kind for kind in (Institution, Startup)}


def put_person_back(person: Person, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """What the person was called, reached by and worked for, as it was before the change. Raises Refusal."""
    before = {change["field"]: change for change in entry.changes}
    moved = before.pop("organisation", None)
    told = {field: as_column(person, field, change["before"]) for field, change in before.items()}
    contact = person.contact_before or {}
    told |= {field: contact[field] for field in before.keys() & MASKS.keys()}
    kept = {name: getattr(person, name) for name in PersonValues.__dataclass_fields__}
    place = place_of(*moved["back"]) if moved else {"institution": person.institution, "startup": person.startup}
    people_actions.edit(person, PersonValues(**kept | told), **place, version=None, by=by, at=at)


def put_account_back(account: Account, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """As every record, with the address, of which the history holds a mask only. Raises Refusal."""
    others = [change for change in entry.changes if change["field"] != "email"]
    if not all(is_as_left(account, change) for change in others):
        raise Refusal({"": GONE})
    place = account.place
    with db.session.no_autoflush:
        put_back(account, others)
        if others != entry.changes:
            account_actions.set_email(account, account.email_before or "", at=at)
        audit.record_change(account, by=by, at=at, name=entry.record_name)
    if account.place != place:
        forget_elsewhere(account)


def is_kept(entry: AuditEntry) -> bool:
    """False for a change of contact data of which nobody knows any more what they were before."""
    if entry.verb != "changed" or not MASKS.keys() & {change["field"] for change in entry.changes}:
        return True
    if entry.record_type == Account.__tablename__:
        return db.session.get_one(Account, entry.record_id).email_changed_at == entry.at
    kept = db.session.get_one(Person, entry.record_id).contact_before or {}
    return kept.get("at") == entry.at.isoformat()


def place_of(kind: str, record_id: int) -> dict[str, Any]:
    """Where somebody works, as `edit` takes it."""
    return {kind: db.session.get_one(ORGANISATIONS[kind], record_id)}
