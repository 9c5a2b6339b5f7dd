"""Taking back a change of a person: where they work, and contact data, of which the history holds masks only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.accounts.models import Actor
from crm.audit.earlier import as_column
from crm.audit.models import AuditEntry
from crm.audit.vocabulary import MASKS
from crm.core.db import db
from crm.core.errors import Refusal
from crm.institutions.models import Institution
from crm.people import actions as people_actions
from crm.people.actions import PersonValues
from crm.people.models import Person
from crm.startups.models import Startup
from crm.undo.columns import GONE

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


def contact_before(person: Person, entry: AuditEntry, fields: set[str]) -> dict[str, Any]:
    """{field: the contact data before the change}. Raises Refusal when they are kept no more."""
    kept = person.contact_before or {}
    if fields and kept.get("at") != entry.at.isoformat():
        raise Refusal({"": GONE})
    return {field: kept[field] for field in fields}


def place_of(kind: str, record_id: int) -> dict[str, Any]:
    """Where somebody works, as `edit` takes it."""
    return {kind: db.session.get_one(ORGANISATIONS[kind], record_id)}
