"""Planning events and inviting to them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from crm.accounts.models import Account, Actor
from crm.audit import actions as audit
from crm.core.clock import SHANGHAI
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.models import Round
from crm.deals.queries import open_rounds_of
from crm.events.models import Event, EventState, Guest, GuestRole, Reply
from crm.events.queries import arrivals_for, guest_of
from crm.institutions.models import Institution
from crm.lib.text import N_, Message
from crm.people.models import Person
from crm.startups.models import Startup

USUAL_LENGTH = timedelta(hours=2)
TOKEN_BYTES = 16
Invited = Startup | Institution | Person
REFUSED_MOVES: dict[EventState, Message] = {
    EventState.OPEN: N_("Check-in cannot be opened: the event was cancelled."),
    EventState.CLOSED: N_("Open the check-in first, so that it is known who came."),
    EventState.CANCELLED: N_("The event is closed and cannot be cancelled: reopen it first."),
    EventState.PLANNED: N_("The event is closed: reopen it first."),
}


@dataclass(frozen=True)
class EventValues:
    """What a form says about an event; times are those of Shanghai, `until` may be the next day's."""

    kind: str
    name: str
    day: date
    begins: time
    until: time | None = None
    place: str = ""
    agenda: str = ""
    capacity: int | None = None

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.day, self.begins, SHANGHAI).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """The moment at which it ends: two hours later when nobody says, on the next day when that is earlier."""
        if self.until is None:
            return self.starts_at + USUAL_LENGTH
        ends = datetime.combine(self.day, self.until, SHANGHAI).astimezone(UTC)
        return ends if ends > self.starts_at else ends + timedelta(days=1)


def add(values: EventValues, *, owner: Account | None, by: Actor, at: datetime) -> Event:
    """A new event, with an address for its check-in that nobody can guess."""
    event = Event(owner_id=owner.id if owner else None, token=secrets.token_urlsafe(TOKEN_BYTES), created_at=at)
    fill(event, values)
    db.session.add(event)
    audit.record(event, "created", by=by, at=at, name=event.name)
    return event


def edit(
    event: Event, values: EventValues, *, owner: Account | None, version: int | None, by: Actor, at: datetime
) -> None:
    """Change an event. Raises Conflict."""
    event.expect_version(version)
    with db.session.no_autoflush:
        fill(event, values)
        before = event.owner.name if event.owner else None
        changed = event.owner_id != (owner.id if owner else None)
        more = [audit.change("owner_id", before, owner and owner.name)] if changed else []
        changes = [*audit.pending_changes(event), *more]
        event.owner_id = owner.id if owner else None
    if changes:
        audit.record(event, "changed", by=by, at=at, name=event.name, changes=changes)


def fill(event: Event, values: EventValues) -> None:
    for name in ("kind", "name", "starts_at", "ends_at", "place", "agenda", "capacity"):
        setattr(event, name, getattr(values, name))


def move(event: Event, state: EventState, *, by: Actor, at: datetime) -> None:
    """Open the check-in, close, cancel, or take one of these back. Raises Refusal for a move that is not allowed."""
    if event.state == state:
        return
    if not event.may_become(state):
        raise Refusal({"": REFUSED_MOVES[state]})
    with db.session.no_autoflush:
        event.state = state
        audit.record_change(event, by=by, at=at, name=event.name, verb="moved")


def archive(event: Event, *, by: Actor, at: datetime) -> None:
    """Put an event away that was planned by mistake; the services that it became stay."""
    event.archived_at = at
    audit.record(event, "archived", by=by, at=at, name=event.name)


def restore(event: Event, *, by: Actor, at: datetime) -> None:
    """Bring an event back."""
    event.archived_at = None
    audit.record(event, "restored", by=by, at=at, name=event.name)


def invite(event: Event, invited: Sequence[Invited], role: GuestRole, *, by: Actor, at: datetime) -> list[Guest]:
    """Put these on the list, startups in a role; returns those who were not on it yet."""
    found = [guest_for(event, one, role, by=by, at=at) for one in invited]
    return [guest for guest, is_new in found if is_new]


def guest_for(
    event: Event,
    one: Invited,
    role: GuestRole = GuestRole.ATTENDING,
    *,
    walk_in: bool = False,
    by: Actor,
    at: datetime,
) -> tuple[Guest, bool]:
    """The guest of an event that a startup, an institution or a person is, and whether that is new.

    People need their organisation loaded. A startup that presents and has one open round presents this one.
    """
    subject = f"{one.__tablename__}:{one.id}"
    guest = guest_of(event, subject)
    if guest is not None and guest.archived_at is None:
        return guest, False
    if guest is not None:
        restore_guest(guest, by=by, at=at)
        return guest, True
    organisation = one.organisation if isinstance(one, Person) else one
    guest = Guest(event=event, subject=subject, role=GuestRole.ATTENDING, is_walk_in=walk_in, created_at=at)
    if isinstance(organisation, Startup):
        guest.startup, guest.startup_id = organisation, organisation.id
    elif isinstance(organisation, Institution):
        guest.institution, guest.institution_id = organisation, organisation.id
    guest.person = one if isinstance(one, Person) else None
    if isinstance(one, Startup):
        guest.role = role
        guest.round = only_round(one) if role == GuestRole.PRESENTING else None
    db.session.add(guest)
    audit.record(guest, "listed", by=by, at=at, name=name_of(guest, event))
    return guest, True


def only_round(startup: Startup) -> Round | None:
    """The open round of a startup that has exactly one."""
    rounds = open_rounds_of(startup)
    return rounds[0] if len(rounds) == 1 else None


def edit_guest(
    guest: Guest,
    *,
    role: GuestRole,
    reply: Reply,
    person: Person | None,
    round: Round | None,
    by: Actor,
    at: datetime,
) -> None:
    """Say in which role a guest comes, what they answered, who comes, and which round a startup presents."""
    before = [guest.person.name if guest.person else None, guest.round.name if guest.round else None]
    after = [person.name if person else None, round.name if round else None]
    backs = [guest.person_id, guest.round_id]
    with db.session.no_autoflush:
        guest.role, guest.reply = role, reply
        changes = audit.pending_changes(guest)
        for field, old, new, back in zip(("person_id", "round_name"), before, after, backs, strict=True):
            if old != new:
                changes.append(audit.change(field, old, new, back=back))
        guest.person, guest.round = person, round
    if changes:
        audit.record(guest, "changed", by=by, at=at, name=name_of(guest), changes=changes)


def answer(guest: Guest, reply: Reply, *, by: Actor, at: datetime) -> None:
    """Note what a guest answered to the invitation."""
    with db.session.no_autoflush:
        guest.reply = reply
        audit.record_change(guest, by=by, at=at, name=name_of(guest))


def archive_guest(guest: Guest, *, by: Actor, at: datetime) -> None:
    """Take somebody off the list. Raises Refusal for those who are here."""
    if arrivals_for(guest):
        raise Refusal({"": N_("%(name)s is checked in: take that back first.", name=guest.name)})
    guest.archived_at = at
    audit.record(guest, "archived", by=by, at=at, name=name_of(guest))


def restore_guest(guest: Guest, *, by: Actor, at: datetime) -> None:
    """Put somebody back on the list."""
    guest.archived_at = None
    audit.record(guest, "restored", by=by, at=at, name=name_of(guest))


def name_of(guest: Guest, event: Event | None = None) -> str:
    """What a guest is called in the history; the event must be loaded."""
    return f"{guest.name} · {(event or guest.event).name}"
