"""Changing people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.activities import actions as activity_actions
from crm.activities.models import Ref
from crm.audit import actions as audit
from crm.audit.actions import Change
from crm.core.db import db
from crm.core.errors import Refusal
from crm.documents import actions as document_actions
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.notifications import actions as notification_actions
from crm.people.models import USUAL_PURPOSE, Person
from crm.people.traces import traces
from crm.startups.models import Startup


@dataclass(frozen=True)
class PersonValues:
    """What a form, a name card or a ledger says about a person; see `Person` for what each field means."""

    name: str
    title: str = ""
    is_founder: bool = False
    bio: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    note: str = ""
    source: str = ""
    source_note: str = ""
    purpose: str = USUAL_PURPOSE
    basis: str = ""
    consented_on: date | None = None
    consent_until: date | None = None
    share_consented_on: date | None = None
    share_consent_until: date | None = None


def add(
    values: PersonValues,
    *,
    institution: Institution | None = None,
    startup: Startup | None = None,
    by: Actor,
    at: datetime,
) -> Person:
    """Somebody new at an institution or at a startup. Raises Refusal unless it is exactly one of them."""
    check(values, institution, startup)
    person = Person(created_at=at)
    fill(person, values)
    place(person, institution, startup)
    db.session.add(person)
    audit.record(person, "created", by=by, at=at, name=person.name)
    return person


def edit(
    person: Person,
    values: PersonValues,
    *,
    institution: Institution | None = None,
    startup: Startup | None = None,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Change somebody's data, or where they work. Raises Refusal, Conflict."""
    person.expect_version(version)
    check(values, institution, startup)
    contact = person.contact
    with db.session.no_autoflush:
        fill(person, values)
        keep_contact(person, contact, at=at)
        changes = audit.pending_changes(person) + move(person, institution or startup)
        if changes:
            audit.record(person, "changed", by=by, at=at, name=person.name, changes=changes)


def move(person: Person, to: Institution | Startup | None) -> list[Change]:
    """Let somebody work elsewhere; returns what the history must tell, nothing when they stay."""
    before = person.organisation
    if before is to:
        return []
    place(person, to if isinstance(to, Institution) else None, to if isinstance(to, Startup) else None)
    back = [before.__tablename__, before.id] if before else None
    return [audit.change("organisation", before and before.name, to and to.name, back=back)]


def keep_contact(person: Person, contact: dict[str, str], *, at: datetime) -> None:
    """Keep the contact data before a change, for the history holds masks of them only."""
    person.contact_before = {**contact, "at": at.isoformat()} if contact != person.contact else None


def forget_contacts(ids: Sequence[int]) -> None:
    """Forget the contact data that some people had before their latest change."""
    db.session.execute(sa.update(Person).where(Person.id.in_(ids)).values(contact_before=None))


def archive(person: Person, *, by: Actor, at: datetime) -> None:
    """Put somebody away who left."""
    person.archived_at = at
    audit.record(person, "archived", by=by, at=at, name=person.name)


def restore(person: Person, *, by: Actor, at: datetime) -> None:
    """Bring somebody back."""
    person.archived_at = None
    audit.record(person, "restored", by=by, at=at, name=person.name)


def reveal(person: Person, *, by: Actor, at: datetime) -> None:
    """Write down that somebody looked at the contact data in full; showing them is up to the caller."""
    audit.record(person, "revealed", by=by, at=at, name=person.name)


def export(person: Person, *, by: Actor, at: datetime) -> None:
    """Write down that what is kept about a person was handed out."""
    audit.record(person, "exported", by=by, at=at, name=person.name)


def erase(person: Person, *, by: Actor, at: datetime) -> None:
    """Delete a person's data for good, on request: the record, its files, its history, its place in talks, what others
    were told of it.

    An empty row stays, so that what refers to it holds. Texts of other records are left to people (`mentions_of`).
    """
    activity_actions.forget(Ref("person", person.id), person.name, by=by, at=at)
    fill(person, PersonValues(name="", purpose=""))
    person.contact_before, person.erased_at = None, at
    audit.scrub("person", [person.id], by=by, at=at)
    notification_actions.forget("person", [person.id])
    document_actions.erase_all(person, by=by, at=at)
    for kept in traces:
        kept.erase(person, by, at)
    audit.record(person, "erased", by=by, at=at, name=audit.nameless(person.id))


def check(values: PersonValues, institution: Institution | None, startup: Startup | None) -> None:
    if (institution is None) == (startup is None):
        raise Refusal({"institution": N_("Name the institution or the startup, exactly one of the two.")})
    if values.is_founder and startup is None:
        raise Refusal({"is_founder": N_("Founders belong to a startup: name it.")})
    for given, until in (("consented_on", "consent_until"), ("share_consented_on", "share_consent_until")):
        check_term(until, getattr(values, given), getattr(values, until))


def check_term(field: str, given: date | None, until: date | None) -> None:
    if until is not None and given is None:
        raise Refusal({field: N_("Say when the consent was given, too.")})
    if until is not None and given is not None and until < given:
        raise Refusal({field: N_("A consent cannot end before it was given.")})


def fill(person: Person, values: PersonValues) -> None:
    for name, value in vars(values).items():
        setattr(person, name, value)
    person.call(values.name)


def place(person: Person, institution: Institution | None, startup: Startup | None) -> None:
    person.institution, person.startup = institution, startup
    person.institution_id = institution.id if institution else None
    person.startup_id = startup.id if startup else None
