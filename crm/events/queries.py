"""Reading events, their guests, and who came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from crm.accounts.models import Account, Actor
from crm.core.db import db
from crm.core.expressions import IDS, in_bin
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.events.models import Arrival, Event, EventInterest, EventService, Guest, GuestRole, Reply, VisitorEntry
from crm.events.policies import visible_to
from crm.institutions.models import Institution
from crm.lib.names import name_key
from crm.search import queries as search_queries
from crm.services.models import ROADSHOW, Service, ServiceType
from crm.services.queries import ROWS, type_coded, types
from crm.startups.models import Startup

ENTRIES_ALLOWED = 120
ENTRIES_WITHIN = timedelta(minutes=10)
PRESENT = Arrival.archived_at.is_(None)
WITH_ORGANISATION = (joinedload(Guest.startup), joinedload(Guest.institution), joinedload(Guest.person))


@dataclass(frozen=True)
class Room:
    """Who is expected at an event and who came. The guests have their organisations and rounds loaded."""

    guests: Sequence[Guest]
    arrivals: Sequence[Arrival]

    @cached_property
    def by_guest(self) -> Mapping[int, Sequence[Arrival]]:
        """{guest: those who came for them}."""
        found: dict[int, list[Arrival]] = {}
        for one in self.arrivals:
            if one.guest_id is not None:
                found.setdefault(one.guest_id, []).append(one)
        return found

    @property
    def expected(self) -> Sequence[Guest]:
        """The guests who were invited and did not decline."""
        return [one for one in self.guests if not one.is_walk_in and one.reply != Reply.DECLINED]

    @property
    def here(self) -> int:
        """How many of those expected came."""
        return sum(one.id in self.by_guest for one in self.expected)

    @property
    def others(self) -> int:
        """How many people came without being expected, or of whom nobody has said yet who they are."""
        expected = {one.id for one in self.expected}
        return sum(one.guest_id not in expected for one in self.arrivals)

    @property
    def waiting(self) -> Sequence[Arrival]:
        """Those of whom staff have yet to say who they are."""
        return [one for one in self.arrivals if one.settled_at is None]

    @property
    def startups(self) -> Sequence[Startup]:
        """The startups that came, those that presented first."""
        came = [one for one in self.guests if one.startup is not None and one.id in self.by_guest]
        came.sort(key=lambda one: one.role != GuestRole.PRESENTING)
        return list({one.startup.id: one.startup for one in came if one.startup is not None}.values())

    @property
    def institutions(self) -> Sequence[Institution]:
        """The institutions that came."""
        came = (one.institution for one in self.guests if one.id in self.by_guest)
        return list({one.id: one for one in came if one is not None}.values())


@dataclass(frozen=True)
class Count:
    """How many guests of an event were invited and did not decline, and how many of these came."""

    expected: int = 0
    here: int = 0


def find_event(actor: Actor, event_id: int) -> Event | None:
    """An event that this actor may see, with its host."""
    return db.session.scalar(
        sa.select(Event).options(joinedload(Event.owner)).where(Event.id == event_id, visible_to(actor))
    )


def find_guest(actor: Actor, guest_id: int) -> Guest | None:
    """A guest of an event that this actor may see, with event, organisation and person."""
    return db.session.scalar(
        sa.select(Guest)
        .join(Guest.event)
        .options(contains_eager(Guest.event), *WITH_ORGANISATION)
        .where(Guest.id == guest_id, visible_to(actor))
    )


def find_arrival(actor: Actor, arrival_id: int) -> Arrival | None:
    """Somebody who came to an event that this actor may see, with event and guest."""
    return db.session.scalar(
        sa.select(Arrival)
        .join(Arrival.event)
        .options(contains_eager(Arrival.event), joinedload(Arrival.guest).options(*WITH_ORGANISATION))
        .where(Arrival.id == arrival_id, visible_to(actor))
    )


def event_of_token(token: str) -> Event | None:
    """The event whose check-in page has this address."""
    return db.session.scalar(sa.select(Event).where(Event.token == token))


def arrival_keyed(key: str) -> Arrival | None:
    """The entry that a phone made under a key, taken back ones too."""
    return db.session.scalar(sa.select(Arrival).where(Arrival.key == key))


def events(
    actor: Actor,
    place: Place,
    at: datetime,
    *,
    text: str = "",
    kind: str = "",
    state: str = "",
    owner_id: int | None = None,
    past: bool = False,
    archived: bool = False,
) -> Slice:
    """The list of events as rows of `LISTED`: those to come, the next first, or those that are over, the last first."""
    over = Event.ends_at < at
    found = search_queries.matching("event", text)
    statement = LISTED.where(visible_to(actor), in_bin(Event.archived_at, archived, few=found.few))
    if not archived:
        statement = statement.where(over if past else sa.not_(over))
    if text:
        statement = statement.where(found.holds(Event.id))
    for column, value in ((Event.kind, kind), (Event.state, state), (Event.owner_id, owner_id)):
        if value:
            statement = statement.where(column == value)
    return slice_of(statement, Event.id, {"date": Sort(Event.starts_at, past or archived)}, place)


LISTED: Any = sa.select(
    Event.id,
    Event.name,
    Event.kind,
    Event.state,
    Event.place,
    Event.starts_at,
    Event.ends_at,
    Account.name.label("owner_name"),
).join(Account, Account.id == Event.owner_id, isouter=True)


def events_called(ids: Collection[int]) -> Sequence[Event]:
    """Events by their ids."""
    return db.session.scalars(sa.select(Event).where(Event.id.in_(ids))).all() if ids else ()


def counts_of(ids: Collection[int]) -> Mapping[int, Count]:
    """{event: its count}, of some events."""
    return {one: Count(expected, here) for one, expected, here in db.session.execute(COUNTS, {"ids": ids})}


COUNTS = (
    sa.select(
        Guest.event_id,
        sa.func.count(),
        sa.func.sum(sa.case((sa.exists().where(Arrival.guest_id == Guest.id, PRESENT), 1), else_=0)),
    )
    .where(
        Guest.event_id.in_(IDS),
        Guest.archived_at.is_(None),
        Guest.is_walk_in.is_(False),
        Guest.reply != Reply.DECLINED,
    )
    .group_by(Guest.event_id)
)


def room_of(event: Event) -> Room:
    """Who is expected at an event, those who present first, and who came, in the order of their coming."""
    presenting = sa.case((Guest.role == GuestRole.PRESENTING, 0), else_=1)
    guests = db.session.scalars(
        sa.select(Guest)
        .options(*WITH_ORGANISATION, joinedload(Guest.round))
        .where(Guest.event_id == event.id, Guest.archived_at.is_(None))
        .order_by(presenting, Guest.startup_id.is_(None), Guest.id)
    ).all()
    arrivals = db.session.scalars(
        sa.select(Arrival)
        .options(joinedload(Arrival.person))
        .where(Arrival.event_id == event.id, PRESENT)
        .order_by(Arrival.arrived_at, Arrival.id)
    ).all()
    return Room(guests, arrivals)


def arrivals_for(guest: Guest) -> Sequence[Arrival]:
    """Those who came for a guest."""
    return db.session.scalars(sa.select(Arrival).where(Arrival.guest_id == guest.id, PRESENT)).all()


def guest_of(event: Event, subject: str) -> Guest | None:
    """The guest of an event by its subject, one that was taken out too."""
    return db.session.scalar(
        sa.select(Guest).options(*WITH_ORGANISATION).where(Guest.event_id == event.id, Guest.subject == subject)
    )


def invited_of(event: Event, organisation: str, name: str) -> Guest | None:
    """The one guest that a visitor's organisation and name mean: that person, else their organisation.

    Names are compared as `name_key` writes them, short names and credit codes too. None when nobody or several are
    meant.
    """
    key, person_key = name_key(organisation), name_key(name)
    guests = [one for one in room_of(event).guests if key_fits(one, key) or (not key and one.person_id is not None)]
    exact = [one for one in guests if one.person is not None and one.person.name_key == person_key]
    whole = [one for one in guests if one.person_id is None]
    found = exact or whole
    return found[0] if len(found) == 1 else None


def key_fits(guest: Guest, key: str) -> bool:
    """True when an organisation's name or short name is written like this key."""
    organisation = guest.organisation
    return bool(key) and key in (
        organisation.name_key,
        organisation.short_key,
        (organisation.credit_code or "").lower(),
    )


def came_to(ids: Collection[int]) -> Mapping[int, tuple[set[int], set[int]]]:
    """{event: the ids of the startups and of the institutions that came}, of some events."""
    rows = db.session.execute(
        sa.select(Guest.event_id, Guest.startup_id, Guest.institution_id)
        .where(
            Guest.event_id.in_(ids),
            Guest.archived_at.is_(None),
            sa.exists().where(Arrival.guest_id == Guest.id, PRESENT),
        )
        .distinct()
    )
    found: dict[int, tuple[set[int], set[int]]] = {one: (set(), set()) for one in ids}
    for event_id, startup_id, institution_id in rows:
        startups, institutions = found[event_id]
        if startup_id is not None:
            startups.add(startup_id)
        if institution_id is not None:
            institutions.add(institution_id)
    return found


def visits(place: Place, *, startup_id: int | None = None, institution_id: int | None = None) -> Slice:
    """The events to which a startup or an institution was invited or came, as guests with their event, latest first."""
    mine = Guest.startup_id == startup_id if startup_id else Guest.institution_id == institution_id
    statement = (
        sa.select(Guest)
        .join(Guest.event)
        .options(contains_eager(Guest.event), joinedload(Guest.person))
        .where(mine, Guest.archived_at.is_(None), Event.archived_at.is_(None))
    )
    return slice_of(statement, Guest.id, {"date": Sort(Event.starts_at, True)}, place)


def came(guests: Iterable[Guest]) -> set[int]:
    """The ids of those guests for whom somebody came."""
    ids = [one.id for one in guests]
    return set(db.session.scalars(sa.select(Arrival.guest_id).where(Arrival.guest_id.in_(ids), PRESENT).distinct()))


def services_of(event: Event) -> Mapping[int, Service]:
    """{startup: the service that the event became for it}, with its type, archived ones too."""
    rows = db.session.scalars(
        sa.select(EventService)
        .options(
            joinedload(EventService.service).options(
                joinedload(Service.startup), joinedload(Service.type).joinedload(ServiceType.category)
            )
        )
        .where(EventService.event_id == event.id)
        .order_by(EventService.id)
    )
    return {one.startup_id: one.service for one in rows}


def service_rows(event: Event) -> Sequence[Any]:
    """The services that an event became and that count, as rows of `ROWS` with the startup's id."""
    rows = ROWS.add_columns(Service.startup_id).join(EventService, EventService.service_id == Service.id)
    mine = sa.and_(EventService.event_id == event.id, Service.archived_at.is_(None))
    return db.session.execute(rows.where(mine).order_by(EventService.id)).all()


def interests_of(event: Event) -> set[tuple[int, int]]:
    """(startup, institution) of those who want to hear more."""
    pairs = sa.select(EventInterest.startup_id, EventInterest.institution_id)
    rows = db.session.execute(pairs.where(EventInterest.event_id == event.id))
    return {(startup_id, institution_id) for startup_id, institution_id in rows}


def usual_type(kind: str) -> ServiceType | None:
    """The service type that an event of a kind becomes: the one with its code, else the first of the roadshows."""
    coded = type_coded(kind)
    if coded is not None and coded.archived_at is None:
        return coded
    return next((one for one in types() if one.category.code == ROADSHOW), None)


def too_many_entries(address_hash: str, at: datetime) -> bool:
    """True when an address made 120 entries within ten minutes: all phones in a room may share one."""
    lately = sa.and_(VisitorEntry.address_hash == address_hash, VisitorEntry.at > at - ENTRIES_WITHIN)
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(VisitorEntry).where(lately)) or 0
    return entries >= ENTRIES_ALLOWED
