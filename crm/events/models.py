"""Events of the desk: roadshows and salons, who was invited, who came, and the services that they became."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.db import Archivable, Base, Versioned, many_to_one, text
from crm.deals.models import Round
from crm.institutions.models import Institution
from crm.lib.masks import mask_phone
from crm.people.models import Person
from crm.services.models import Service
from crm.startups.models import Startup

OPENS_BEFORE = timedelta(hours=4)
OPEN_AFTER = timedelta(hours=12)


class EventState(enum.StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


MOVES: dict[EventState, frozenset[EventState]] = {
    EventState.PLANNED: frozenset({EventState.OPEN, EventState.CANCELLED}),
    EventState.OPEN: frozenset({EventState.PLANNED, EventState.CLOSED, EventState.CANCELLED}),
    EventState.CLOSED: frozenset({EventState.OPEN}),
    EventState.CANCELLED: frozenset({EventState.PLANNED}),
}


class GuestRole(enum.StrEnum):
    """What a startup does at an event; institutions and people attend."""

    PRESENTING = "presenting"
    ATTENDING = "attending"


class Reply(enum.StrEnum):
    """What a guest answered to the invitation."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Event(Versioned, Archivable, Base):
    """One event (活动). `token` is the address of its check-in page: who holds it may say that they came, no more."""

    __tablename__ = "event"
    __table_args__ = (
        sa.Index(None, "archived_at", "starts_at", "id"),
        sa.Index(None, "archived_at", "kind", "starts_at", "id"),
    )

    kind: Mapped[str] = mapped_column(sa.String(30))
    name: Mapped[str] = mapped_column(sa.String(120))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = text(200)
    agenda: Mapped[str] = mapped_column(sa.Text, default="")
    capacity: Mapped[int | None] = mapped_column(default=None)
    state: Mapped[EventState] = mapped_column(default=EventState.PLANNED)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    token: Mapped[str] = mapped_column(sa.String(40), unique=True)
    created_at: Mapped[datetime]

    owner: Mapped[Account | None] = many_to_one("Account", "Event.owner_id")

    @property
    def day(self) -> date:
        """The day in Shanghai on which it begins."""
        return day_of(self.starts_at)

    def may_become(self, state: EventState) -> bool:
        """True when the state may follow the present one."""
        return state in MOVES[self.state]

    def takes_visitors(self, at: datetime) -> bool:
        """True while visitors may check in by themselves: from 4 hours before the event to 12 hours after it.

        A closed event still takes them, for a phone that had no line.
        """
        in_time = self.starts_at - OPENS_BEFORE <= at <= self.ends_at + OPEN_AFTER
        return in_time and self.archived_at is None and self.state in (EventState.OPEN, EventState.CLOSED)


class Guest(Archivable, Base):
    """Who is invited to an event, or came without: a startup, an institution, or one person of either.

    `subject` is `startup:7`, `institution:7` or `person:7`: each once an event. `round_id` is what a startup presents.
    """

    __tablename__ = "event_guest"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "subject"),
        sa.CheckConstraint("(institution_id IS NULL) != (startup_id IS NULL)", name="one_organisation"),
        sa.Index(None, "startup_id", "event_id"),
        sa.Index(None, "institution_id", "event_id"),
    )

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    subject: Mapped[str] = mapped_column(sa.String(40))
    startup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("startup.id"), default=None)
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), default=None)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True, default=None)
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"), default=None)
    role: Mapped[GuestRole] = mapped_column(default=GuestRole.ATTENDING)
    reply: Mapped[Reply] = mapped_column(default=Reply.INVITED)
    is_walk_in: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    event: Mapped[Event] = many_to_one("Event", "Guest.event_id")
    startup: Mapped[Startup | None] = many_to_one("Startup", "Guest.startup_id")
    institution: Mapped[Institution | None] = many_to_one("Institution", "Guest.institution_id")
    person: Mapped[Person | None] = many_to_one("Person", "Guest.person_id")
    round: Mapped[Round | None] = many_to_one("Round", "Guest.round_id")

    @property
    def organisation(self) -> Startup | Institution:
        """Where the guest belongs; both references must be loaded."""
        found = self.startup if self.startup_id is not None else self.institution
        assert found is not None  # noqa: S101  the table's check says so
        return found

    @property
    def name(self) -> str:
        """What the guest is called: the person and the organisation, or the organisation."""
        called = self.organisation.shown_name
        return f"{self.person.name or '#'} · {called}" if self.person is not None else called


class Arrival(Archivable, Base):
    """Somebody who came. Until `settled_at` staff have yet to say who that is.

    `key` is made on the phone, so that an entry that is sent twice counts once. `name`, `organisation`, `title` and
    `phone` are as typed; a guest that staff ticked off has none. `consent` is the version of the wording that the
    visitor agreed to, "" without agreement: then there is no telephone number either. One that was taken back or
    discarded is archived.
    """

    __tablename__ = "event_arrival"
    __table_args__ = (sa.Index(None, "event_id", "archived_at", "settled_at"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    guest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event_guest.id"), index=True, default=None)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True, default=None)
    name: Mapped[str] = text(80)
    organisation: Mapped[str] = text(200)
    title: Mapped[str] = text(80)
    phone: Mapped[str] = text(40)
    consent: Mapped[str] = text(20)
    by_visitor: Mapped[bool] = mapped_column(default=False)
    arrived_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(default=None)

    event: Mapped[Event] = many_to_one("Event", "Arrival.event_id")
    guest: Mapped[Guest | None] = many_to_one("Guest", "Arrival.guest_id")
    person: Mapped[Person | None] = many_to_one("Person", "Arrival.person_id")

    @property
    def called(self) -> str:
        """Name and organisation as typed."""
        return " · ".join(filter(None, (self.name, self.organisation)))

    @property
    def masked_phone(self) -> str:
        """The telephone number as everybody may see it who writes records; "" without one."""
        return mask_phone(self.phone) if self.phone else ""


class EventService(Base):
    """The service that an event became for a startup: never two."""

    __tablename__ = "event_service"
    __table_args__ = (sa.UniqueConstraint("event_id", "startup_id"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"), unique=True)

    service: Mapped[Service] = many_to_one("Service", "EventService.service_id")


class EventInterest(Base):
    """An institution that said at an event that it wants to hear more of a startup."""

    __tablename__ = "event_interest"
    __table_args__ = (sa.UniqueConstraint("event_id", "startup_id", "institution_id"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))


class VisitorEntry(Base):
    """An entry that a visitor made, by a keyed hash of the address that it came from; gone after an hour."""

    __tablename__ = "visitor_entry"
    __table_args__ = (sa.Index(None, "address_hash", "at"),)

    address_hash: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)
