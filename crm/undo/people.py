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
    told |= contact_before(person, entry, before.keys() & MASKS.keys())
    kept = {name: getattr(person, name) for name in PersonValues.__dataclass_fields__}
    place = place_of(*moved["back"]) if moved else {"institution": person.institution, "startup": person.startup}
    people_actions.edit(person, PersonValues(**kept | told), **place, version=None, by=by, at=at)


def put_account_back(account: Account, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """As every record, with the address, of which the history holds a mask only. Raises Refusal when that is gone."""
    others = [change for change in entry.changes if change["field"] != "email"]
    is_known = others == entry.changes or account.email_changed_at == entry.at
    if not is_known or not all(is_as_left(account, change) for change in others):
        raise Refusal({"": GONE})
    place = account.place
    with db.session.no_autoflush:
        put_back(account, others)
        if others != entry.changes:
            account_actions.set_email(account, account.email_before or "", at=at)
        audit.record_change(account, by=by, at=at, name=entry.record_name)
    if account.place != place:
        forget_elsewhere(account)


def contact_before(person: Person, entry: AuditEntry, fields: set[str]) -> dict[str, Any]:
    """{field: the contact data before the change}. Raises Refusal when they are kept no more."""
    kept = person.contact_before or {}
    if fields and kept.get("at") != entry.at.isoformat():
        raise Refusal({"": GONE})
    return {field: kept[field] for field in fields}


def place_of(kind: str, record_id: int) -> dict[str, Any]:
    """Where somebody works, as `edit` takes it."""
    return {kind: db.session.get_one(ORGANISATIONS[kind], record_id)}
