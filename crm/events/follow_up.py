"""Whether anything came of an event: the share of pairs that met there and were in touch again within 30 days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.activities.models import Activity, ActivityKind, ActivityLink
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.keeping import kept
from crm.deals.models import Deal, DealEvent, Round
from crm.deals.queries import stands
from crm.events.models import Event, EventService
from crm.events.queries import came_to, events_called
from crm.services.models import Service, ServicePartner, ServiceState

WITHIN = timedelta(days=30)
Pair = tuple[int, int]


@dataclass(frozen=True)
class Touch:
    """The first thing that happened between a startup and an institution after they met. `record` is its address."""

    startup_id: int
    institution_id: int
    day: date
    record: str
    record_id: int


@dataclass(frozen=True)
class FollowUp:
    """The 30-day follow-up rate of an event, version 1.

    Denominator: `pairs`, every startup that came × every institution that came. Numerator: the pairs of which, from the
    day of the event to 30 days after it, both included, a deal between the two was introduced or moved, a service for
    the startup with the institution as partner was completed, or a meeting, call, mail or done task about both was
    written down. The services that the event itself became do not count, nor do notes and tasks still to be done.
    """

    pairs: int
    touches: Sequence[Touch]
    until: date
    startups: int

    @property
    def rate(self) -> int | None:
        """Followed pairs in hundredths of a percent of all pairs, as figures keep shares; None without pairs."""
        return round(len(self.touches) * 10_000 / self.pairs) if self.pairs else None

    @property
    def startups_followed(self) -> int:
        """How many of the startups were followed up with at least one institution."""
        return len({one.startup_id for one in self.touches})

    def is_so_far(self, today: date) -> bool:
        """True while the 30 days run."""
        return today <= self.until


def follow_up_of(event: Event) -> FollowUp:
    """The rate of one event, with the rows behind it."""
    return follow_ups([event])[event.id]


def rates_of(ids: Sequence[int]) -> Mapping[int, FollowUp]:
    """{event: its rate}, of some events by their ids, kept until something is written."""
    return kept(("follow-ups", tuple(ids)), lambda: follow_ups(events_called(ids)))


def follow_ups(events: Sequence[Event]) -> Mapping[int, FollowUp]:
    """{event: its rate}, of some events, in as many statements as for one."""
    met = came_to([one.id for one in events])
    startups = set[int]().union(*(pair[0] for pair in met.values()))
    institutions = set[int]().union(*(pair[1] for pair in met.values()))
    found: list[tuple[Touch, int | None]] = []
    if startups and institutions:
        first = min(one.day for one in events)
        last = max(one.day for one in events) + WITHIN
        for part in (of_deals, of_services, of_activities):
            found += part(startups, institutions, first, last)
    return {one.id: told(one, *met[one.id], found) for one in events}


def told(
    event: Event, startups: set[int], institutions: set[int], found: Iterable[tuple[Touch, int | None]]
) -> FollowUp:
    until = event.day + WITHIN
    first: dict[Pair, Touch] = {}
    for touch, from_event in found:
        pair = (touch.startup_id, touch.institution_id)
        if touch.startup_id not in startups or touch.institution_id not in institutions or from_event == event.id:
            continue
        if event.day <= touch.day <= until and (pair not in first or touch.day < first[pair].day):
            first[pair] = touch
    touches = sorted(first.values(), key=lambda one: (one.day, one.startup_id, one.institution_id))
    return FollowUp(len(startups) * len(institutions), touches, until, len(startups))


Rows = list[tuple[Touch, int | None]]


def of_deals(startups: Collection[int], institutions: Collection[int], first: date, last: date) -> Rows:
    """Introductions and moves of deals; moves that were taken back do not count."""
    rows = db.session.execute(
        sa.select(Round.startup_id, Deal.institution_id, DealEvent.happened_on, Deal.id)
        .join(Deal, Deal.id == DealEvent.deal_id)
        .join(Round, Round.id == Deal.round_id)
        .where(
            Round.startup_id.in_(startups),
            Deal.institution_id.in_(institutions),
            Deal.archived_at.is_(None),
            DealEvent.happened_on.between(first, last),
            stands(),
        )
        .order_by(DealEvent.happened_on, DealEvent.id)
    )
    return [(Touch(startup, institution, day, "deal", deal), None) for startup, institution, day, deal in rows]


def of_services(startups: Collection[int], institutions: Collection[int], first: date, last: date) -> Rows:
    """Completed services for a startup with an institution as partner, and the event that each came of."""
    rows = db.session.execute(
        sa.select(
            Service.startup_id, ServicePartner.institution_id, Service.happened_on, Service.id, EventService.event_id
        )
        .join(ServicePartner, ServicePartner.service_id == Service.id)
        .join(EventService, EventService.service_id == Service.id, isouter=True)
        .where(
            Service.startup_id.in_(startups),
            ServicePartner.institution_id.in_(institutions),
            Service.archived_at.is_(None),
            Service.state == ServiceState.COMPLETED,
            Service.happened_on.between(first, last),
        )
        .order_by(Service.happened_on, Service.id)
    )
    return [(Touch(one, two, day, "service", service), event) for one, two, day, service, event in rows]


def of_activities(startups: Collection[int], institutions: Collection[int], first: date, last: date) -> Rows:
    """Meetings, calls, mails and done tasks that are linked with both."""
    startup, institution = aliased(ActivityLink), aliased(ActivityLink)
    talks = Activity.kind.in_((ActivityKind.MEETING, ActivityKind.CALL, ActivityKind.MAIL))
    done = sa.and_(Activity.kind == ActivityKind.TASK, Activity.done_at.is_not(None))
    rows = db.session.execute(
        sa.select(startup.record_id, institution.record_id, Activity.happened_on, Activity.done_at, Activity.id)
        .join(startup, sa.and_(startup.activity_id == Activity.id, startup.record_type == "startup"))
        .join(institution, sa.and_(institution.activity_id == Activity.id, institution.record_type == "institution"))
        .where(
            startup.record_id.in_(startups),
            institution.record_id.in_(institutions),
            Activity.archived_at.is_(None),
            startup.happened_on.between(first, last),
            sa.or_(talks, done),
        )
        .order_by(Activity.happened_on, Activity.id)
    )
    return [
        (Touch(one, two, day_done(day, done_at), "activity", found), None) for one, two, day, done_at, found in rows
    ]


def day_done(day: date, done_at: datetime | None) -> date:
    """A task counts on the day on which it was done."""
    return day_of(done_at) if done_at is not None else day
