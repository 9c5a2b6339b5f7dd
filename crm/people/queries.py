"""Reading people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Actor
from crm.core.bulk import to_change
from crm.core.db import db
from crm.core.expressions import in_bin
from crm.core.listing import LASTING, Count, Place, Slice, Sort, slice_of
from crm.institutions.models import Institution
from crm.lib.names import name_key
from crm.people.models import CONSENT, EXPIRES_SOON, KEPT_CONTACT, ConsentState, Person, consent_on, masked
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


def person_called(name: str, institution: Institution | None, startup: Startup | None) -> Person | None:
    """Who bears a name at an institution or a startup and was not put away."""
    mine = Person.institution_id == institution.id if institution else Person.startup_id == (startup and startup.id)
    called = sa.select(Person).options(*WITH_ORGANISATION).where(PRESENT, mine, Person.name_key == name_key(name))
    return db.session.scalar(called.order_by(Person.id).limit(1))


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
    """The directory, as people `Listed` with their organisation. `consent`: a ConsentState on that day."""
    found = search_queries.matching("person", text)
    statement = listed(may_list(actor), day, where, consent, source, archived=archived, few=found.few)
    if text:
        statement = statement.where(found.holds(Person.id))
    people = slice_of(statement, Person.id, SORTS, place, count=Count.ALONE)
    return replace(people, rows=[Listed.of(row) for row in people.rows])


@lru_cache(LASTING)
def listed(
    seen: bool, day: date, where: str, consent: str, source: str, *, archived: bool, few: bool
) -> sa.Select[Any]:
    statement = ROWS.where(in_bin(Person.archived_at, archived, few=few))
    statement = statement.where(Person.erased_at.is_(None), sa.true() if seen else sa.false())
    if where in WHERE:
        statement = statement.where(WHERE[where])
    if consent in set(ConsentState):
        statement = statement.where(has_consent(ConsentState(consent), day))
    return statement.where(Person.source == source) if source else statement


class Listed(NamedTuple):
    """What the directory shows of a person: contact data only as everybody may see them."""

    id: int
    name: str
    is_founder: bool
    title: str
    archived_at: datetime | None
    basis: str
    consented_on: date | None
    consent_until: date | None
    institution_id: int | None
    startup_id: int | None
    organisation_name: str
    contacts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, row: Any) -> Listed:
        """A person by a row of `ROWS`."""
        contacts = masked(row.phone, row.email, row.wechat)
        return cls._make((*row[: len(cls._fields) - 1], tuple(contacts.items())))

    @property
    def masked(self) -> dict[str, str]:
        """The contact data that there are, {field: as everybody may see it}."""
        return dict(self.contacts)

    def consent_state(self, day: date) -> ConsentState:
        """Whether the data may be kept and used on a day."""
        return consent_on(day, self.basis, self.consented_on, self.consent_until)


SHOWN: tuple[Any, ...] = (
    Person.id,
    Person.name,
    Person.is_founder,
    Person.title,
    Person.archived_at,
    Person.basis,
    Person.consented_on,
    Person.consent_until,
    Person.institution_id,
    Person.startup_id,
    sa.func.coalesce(Institution.name, Startup.shown_name).label("organisation_name"),
    Person.phone,
    Person.email,
    Person.wechat,
)
ROWS = (
    sa.select(*SHOWN)
    .select_from(Person)
    .join(Institution, Institution.id == Person.institution_id, isouter=True)
    .join(Startup, Startup.id == Person.startup_id, isouter=True)
)
SORTS = {
    "name": Sort(Person.name_key),
    "consent": Sort(sa.func.coalesce(Person.consent_until, sa.literal(date.max, sa.Date))),
}


def people_to_change(actor: Actor, ids: Collection[int]) -> Sequence[Person]:
    """People as they are now, kept from others until this unit ends."""
    return to_change(Person, ids, sa.true() if may_list(actor) else sa.false())


WHERE: dict[str, sa.ColumnElement[bool]] = {
    INSTITUTIONS: Person.institution_id.is_not(None),
    STARTUPS: Person.startup_id.is_not(None),
    FOUNDERS: Person.is_founder.is_(True),
}


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


def kept_contacts(before: datetime) -> list[int]:
    """The people whose contact data were last changed before a moment, while what they were is still kept."""
    kept = sa.select(Person.id, Person.contact_before).where(KEPT_CONTACT)
    return [row.id for row in db.session.execute(kept) if datetime.fromisoformat(row.contact_before["at"]) < before]
