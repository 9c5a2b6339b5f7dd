"""Checking in: by staff at the door, by visitors with their own phone, and saying afterwards who somebody was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.accounts.models import Actor, System
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.events.actions import guest_for
from crm.events.consent import KEPT_FOR
from crm.events.models import Arrival, Event, EventState, Guest, VisitorEntry
from crm.events.queries import arrival_keyed, arrivals_for, invited_of, room_of
from crm.institutions.models import Institution
from crm.lib.names import name_key
from crm.lib.text import N_
from crm.people import actions as people_actions
from crm.people.actions import PersonValues
from crm.people.models import CONSENT, Person
from crm.people.queries import people_of_institution, people_of_startup
from crm.startups.models import Startup

ENTRIES_KEPT = timedelta(hours=1)
SOURCE = "event"
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Visitor:
    """Who acts on the page that visitors check in on."""

    id: None = None
    name: str = "visitor"


@dataclass(frozen=True)
class ArrivalValues:
    """What somebody says who came. `consent`: the version of the wording they agreed to, "" for none."""

    name: str
    organisation: str = ""
    title: str = ""
    phone: str = ""
    consent: str = ""


def check_in(guest: Guest, *, key: str, arrived_at: datetime, by: Actor, at: datetime) -> Arrival:
    """Tick a guest off at the door. A second time changes nothing: whoever is here is here. Raises Refusal."""
    let_nobody_else_in(guest.event)
    earlier = arrival_keyed(key)
    if earlier is not None:
        return earlier
    check_open(guest.event)
    present = arrivals_for(guest)
    if present:
        return present[0]
    arrival = Arrival(event_id=guest.event_id, key=key, guest_id=guest.id, person_id=guest.person_id, settled_at=at)
    return keep(arrival, guest.name, guest.event, arrived_at, by=by, at=at)


def undo_check_in(guest: Guest, *, by: Actor, at: datetime) -> None:
    """Nobody came for this guest after all; nothing to do where nobody is here."""
    for arrival in arrivals_for(guest):
        archive(arrival, name=guest.name, by=by, at=at)


def arrive(
    event: Event, values: ArrivalValues, *, key: str, arrived_at: datetime, by: Actor | Visitor, at: datetime
) -> Arrival:
    """Somebody came who says who they are: to staff, or with their own phone.

    Whoever is on the list is ticked off; the others wait for staff to say who they are. The same person twice is one
    arrival. Raises Refusal without consent: for a visitor, and for a telephone number.
    """
    let_nobody_else_in(event)
    earlier = arrival_keyed(key)
    if earlier is not None:
        return earlier
    check_open(event)
    check_consent(values, by)
    guest = invited_of(event, values.organisation, values.name)
    same = same_arrival(event, values, guest)
    if same is not None:
        return fill_in(same, values, by=by, at=at)
    arrival = Arrival(event_id=event.id, key=key, guest_id=guest.id if guest else None)
    describe(arrival, values, by)
    recognise(arrival, guest, at)
    return keep(arrival, arrival.called, event, arrived_at, by=by, at=at)


def let_nobody_else_in(event: Event) -> None:
    """Let those who come to an event at the same moment in one by one: who is here already must be seen."""
    db.session.execute(sa.select(Event.id).where(Event.id == event.id).with_for_update(key_share=True))


def keep(
    arrival: Arrival, name: str, event: Event, arrived_at: datetime, *, by: Actor | Visitor, at: datetime
) -> Arrival:
    """Write an arrival down; a phone's clock counts as far as it can be right."""
    earliest = event.starts_at - timedelta(days=1)
    arrival.arrived_at = arrived_at if earliest <= arrived_at <= at + CLOCKS_DIFFER else at
    arrival.recorded_at = at
    db.session.add(arrival)
    audit.record(arrival, "arrived", by=by, at=at, name=f"{name} · {event.name}")
    return arrival


def check_open(event: Event) -> None:
    """Raises Refusal while nobody may be checked in; a phone without a line may send after the event was closed."""
    if event.state not in (EventState.OPEN, EventState.CLOSED):
        raise Refusal({"": N_("Check-in for this event is not open.")})


def check_consent(values: ArrivalValues, by: Actor | Visitor) -> None:
    if isinstance(by, Visitor) and not values.consent:
        told = N_("Without your agreement we cannot keep your data: tell the staff at the desk your name instead.")
        raise Refusal({"consent": told})
    if values.phone and not values.consent:
        raise Refusal(
            {"consent": N_("A telephone number is kept only of those who agreed: tick this, or leave it out.")}
        )


def same_arrival(event: Event, values: ArrivalValues, guest: Guest | None) -> Arrival | None:
    """The arrival of the same person, or the one without a name that staff ticked off for the same guest."""
    key, organisation = name_key(values.name), name_key(values.organisation)
    for one in room_of(event).arrivals:
        if guest is not None and one.guest_id == guest.id and (not one.name or name_key(one.name) == key):
            return one
        if name_key(one.name) == key and name_key(one.organisation) == organisation:
            return one
    return None


def fill_in(arrival: Arrival, values: ArrivalValues, *, by: Actor | Visitor, at: datetime) -> Arrival:
    """Add what was not known yet of somebody who is here."""
    if arrival.name and (arrival.consent or not values.consent):
        return arrival
    describe(arrival, values, by)
    if arrival.person_id is None:
        arrival.settled_at = None
    audit.record(arrival, "changed", by=by, at=at, name=arrival.called)
    return arrival


def describe(arrival: Arrival, values: ArrivalValues, by: Actor | Visitor) -> None:
    for name, value in vars(values).items():
        setattr(arrival, name, value)
    arrival.by_visitor = isinstance(by, Visitor)


def recognise(arrival: Arrival, guest: Guest | None, at: datetime) -> None:
    """Settle at once who somebody is, where that person is known at the guest's organisation."""
    person = person_at(guest.organisation, arrival.name) if guest else None
    if person is not None:
        arrival.person_id, arrival.settled_at = person.id, at


def person_at(organisation: Startup | Institution, name: str) -> Person | None:
    """Somebody of this name at a startup or an institution."""
    if isinstance(organisation, Startup):
        people = people_of_startup(organisation)
    else:
        people = people_of_institution(organisation)
    key = name_key(name)
    return next((one for one in people if one.name_key == key and one.archived_at is None), None)


def settle(
    arrival: Arrival, organisation: Startup | Institution, *, keep_person: bool, by: Actor, at: datetime
) -> None:
    """Say where somebody belongs who came; with `keep_person` they become a person there, or fill in who is known.

    Contact data move to the person; without one they are forgotten.
    """
    guest, _ = guest_for(arrival.event, organisation, walk_in=True, by=by, at=at)
    db.session.flush()  # the arrival needs the guest's id
    person = person_at(organisation, arrival.name)
    if keep_person:
        person = known(person, arrival, by, at) if person else newcomer(arrival, organisation, by, at)
        db.session.flush()  # and the person's
    where = audit.change("organisation", arrival.organisation, guest.name, back=arrival.guest_id)
    arrival.guest_id, arrival.person_id = guest.id, person.id if person else None
    arrival.settled_at, arrival.phone = at, ""
    audit.record(arrival, "settled", by=by, at=at, name=arrival.called, changes=[where])


def unsettle(arrival: Arrival, guest_id: int | None, *, by: Actor, at: datetime) -> None:
    """Let somebody wait again, for the guest that they had been taken for."""
    person = db.session.get(Person, arrival.person_id) if arrival.person_id else None
    arrival.phone = person.phone if person else ""
    arrival.guest_id, arrival.person_id, arrival.settled_at = guest_id, None, None
    audit.record(arrival, "changed", by=by, at=at, name=arrival.called)


def newcomer(arrival: Arrival, organisation: Startup | Institution, by: Actor, at: datetime) -> Person:
    """A person made of what somebody said at the door, with where and on what basis the data were given."""
    values = PersonValues(
        arrival.name, title=arrival.title, phone=arrival.phone, source=SOURCE, source_note=told_source(arrival)
    )
    is_startup = isinstance(organisation, Startup)
    where = {"startup" if is_startup else "institution": organisation}
    return people_actions.add(replace(values, **agreed(arrival)), **where, by=by, at=at)  # type: ignore[arg-type]


def known(person: Person, arrival: Arrival, by: Actor, at: datetime) -> Person:
    """Fill in what a known person said anew, where nothing was known and they agreed to it."""
    if arrival.consent:
        values = {name: getattr(person, name) for name in PersonValues.__dataclass_fields__}
        values |= {name: values[name] or getattr(arrival, name) for name in ("title", "phone")}
        values |= agreed(arrival) if values["basis"] in ("", CONSENT) else {}
        people_actions.edit(
            person,
            PersonValues(**values),
            institution=person.institution,
            startup=person.startup,
            version=None,
            by=by,
            at=at,
        )
    return person


def agreed(arrival: Arrival) -> dict[str, object]:
    """The legal basis that a visitor's agreement gives, for a year; none without it."""
    if not arrival.consent:
        return {}
    day = day_of(arrival.arrived_at)
    return {"basis": CONSENT, "consented_on": day, "consent_until": day + KEPT_FOR}


def told_source(arrival: Arrival) -> str:
    wording = f"，知情同意文本 {arrival.consent}" if arrival.consent else ""
    return f"{arrival.event.name[:120]}（{arrival.event.day.isoformat()}）{wording}"


def settle_clear(event: Event, *, by: Actor, at: datetime) -> int:
    """Make people of all who wait, agreed, and whose organisation is on the list; returns how many."""
    waiting = clear_ones(event)
    guests = {one.id: one for one in room_of(event).guests}
    for arrival in waiting:
        settle(arrival, guests[arrival.guest_id or 0].organisation, keep_person=True, by=by, at=at)
    return len(waiting)


def clear_ones(event: Event) -> Sequence[Arrival]:
    """Those who wait of whom the organisation is clear and who agreed that their data are kept."""
    return [one for one in room_of(event).waiting if one.guest_id is not None and one.consent]


def archive(arrival: Arrival, *, name: str = "", by: Actor, at: datetime) -> None:
    """Take a check-in back, or discard an entry."""
    arrival.archived_at = at
    audit.record(arrival, "left", by=by, at=at, name=name or name_of(arrival))


def restore(arrival: Arrival, *, by: Actor, at: datetime) -> None:
    """Let a check-in count again."""
    arrival.archived_at = None
    audit.record(arrival, "arrived", by=by, at=at, name=name_of(arrival))


def name_of(arrival: Arrival) -> str:
    """What somebody who came is called in the history; their guest must be loaded."""
    return arrival.called or (arrival.guest.name if arrival.guest else "")


def count_entry(address_hash: str, *, at: datetime) -> None:
    """Remember that an entry came from an address; forget those of earlier."""
    db.session.add(VisitorEntry(address_hash=address_hash, at=at))
    db.session.execute(sa.delete(VisitorEntry).where(VisitorEntry.at < at - ENTRIES_KEPT))


def forget_old(at: datetime) -> None:
    """Take out of entries what is over a year old: titles and numbers, and names that belong to no person's record."""
    old = Arrival.recorded_at < at - KEPT_FOR
    nameless = sa.and_(old, Arrival.person_id.is_(None), Arrival.name != "")
    ids = db.session.scalars(sa.select(Arrival.id).where(nameless)).all()
    audit.scrub("event_arrival", ids, by=System(), at=at)
    told = sa.or_(Arrival.title != "", Arrival.phone != "")
    for emptied, values in ((Arrival.id.in_(ids), {"name": ""}), (sa.and_(old, told), {"title": "", "phone": ""})):
        db.session.execute(
            sa.update(Arrival).where(emptied).values(values), execution_options={"synchronize_session": False}
        )
