"""Reading people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Actor
from crm.core.bulk import to_change
from crm.core.db import db
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.institutions.models import Institution
from crm.people.models import CONSENT, EXPIRES_SOON, ConsentState, Person
from crm.people.policies import may_list
from crm.search import queries as search_queries
from crm.startups.models import Startup

WITH_ORGANISATION = (joinedload(Person.institution), joinedload(Person.startup))
PRESENT = sa.and_(Person.archived_at.is_(None), Person.erased_at.is_(None))
INSTITUTIONS, STARTUPS, FOUNDERS = "institutions", "startups", "founders"


def find_person(actor: Actor, person_id: int) -> Person | None:
    """A person with their organisation, for staff."""
    if not may_list(actor):
        return None
    return db.session.scalar(sa.select(Person).options(*WITH_ORGANISATION).where(Person.id == person_id))


def people_of_institution(institution: Institution) -> Sequence[Person]:
    """The people of an institution, those put away last."""
    return people_where(Person.institution_id == institution.id)


def people_of_startup(startup: Startup) -> Sequence[Person]:
    """The people of a startup: its founders first, those put away last."""
    return people_where(Person.startup_id == startup.id)


def founders_of(startup: Startup) -> Sequence[Person]:
    """The founders of a startup, without those put away."""
    return [one for one in people_of_startup(startup) if one.is_founder and not one.archived_at]


def people_where(condition: sa.ColumnElement[bool]) -> Sequence[Person]:
    put_away = Person.archived_at.is_not(None)
    return db.session.scalars(
        sa.select(Person)
        .where(condition, Person.erased_at.is_(None))
        .order_by(put_away, Person.is_founder.desc(), Person.name_key, Person.id)
    ).all()


def people_about(*, institution_id: Any = None, startup_id: Any = None) -> sa.Select[Any]:
    """The people of an institution or a startup without those put away, to be counted."""
    mine = Person.startup_id == startup_id if institution_id is None else Person.institution_id == institution_id
    return sa.select(Person.id).where(PRESENT, mine)


def people(
    actor: Actor,
    place: Place,
    day: date,
    *,
    text: str = "",
    where: str = "",
    consent: str = "",
    source: str = "",
    archived: bool = False,
) -> Slice:
    """The directory, each person with their organisation. `consent`: a ConsentState on that day."""
    put_away = Person.archived_at.is_not(None) if archived else Person.archived_at.is_(None)
    statement = sa.select(Person).options(*WITH_ORGANISATION).where(put_away, Person.erased_at.is_(None))
    if not may_list(actor):
        statement = statement.where(sa.false())
    if text:
        statement = statement.where(matches(text))
    if where in WHERE:
        statement = statement.where(WHERE[where])
    if consent in set(ConsentState):
        statement = statement.where(has_consent(ConsentState(consent), day))
    if source:
        statement = statement.where(Person.source == source)
    sorts = {
        "name": Sort(Person.name_key),
        "consent": Sort(sa.func.coalesce(Person.consent_until, sa.literal(date.max, sa.Date))),
    }
    return slice_of(statement, Person.id, sorts, place)


def people_to_change(actor: Actor, ids: Collection[int]) -> Sequence[Person]:
    """People as they are now, kept from others until this unit ends."""
    return to_change(Person, ids, sa.true() if may_list(actor) else sa.false())


WHERE: dict[str, sa.ColumnElement[bool]] = {
    INSTITUTIONS: Person.institution_id.is_not(None),
    STARTUPS: Person.startup_id.is_not(None),
    FOUNDERS: Person.is_founder.is_(True),
}


def matches(text: str) -> sa.ColumnElement[bool]:
    """People that a text finds: by name, its pinyin, title and organisation."""
    return search_queries.matches(Person.id, "person", text)


def has_consent(state: ConsentState, day: date) -> sa.ColumnElement[bool]:
    """`Person.consent_state(day) == state`, as a condition."""
    by_consent = Person.basis.in_(("", CONSENT))
    given, until = Person.consented_on.is_not(None), Person.consent_until
    conditions: dict[ConsentState, sa.ColumnElement[bool]] = {
        ConsentState.NOT_NEEDED: sa.not_(by_consent),
        ConsentState.NONE: sa.and_(by_consent, sa.not_(given)),
        ConsentState.VALID: sa.and_(by_consent, given, sa.or_(until.is_(None), until > day + EXPIRES_SOON)),
        ConsentState.EXPIRED: sa.and_(by_consent, given, until < day),
        ConsentState.EXPIRING: sa.and_(by_consent, given, until.between(day, day + EXPIRES_SOON)),
    }
    return conditions[state]
