"""What needs a decision: interests that wait, deals on hold, late stages without a next step, rounds past their day,
and visitors of events of whom nobody has said who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.deals.models import Deal, DealStatus, Interest, Round
from crm.events.models import Arrival, Event
from crm.institutions.models import Institution
from crm.meeting.queries.due import rounds
from crm.meeting.queries.parts import Few, Point, deal_point, first_deals, first_rows, standing
from crm.meeting.week import Week
from crm.startups.models import Startup

HOLD_DAYS = 14
LATE_STAGES = ("term_sheet", "committee")


@dataclass(frozen=True)
class Decisions:
    """Points by why they wait. `held`: on hold for longer than 14 days; `stepless`: at term sheet or committee and
    nothing is said to come next."""

    interests: Few[Point]
    held: Few[Point]
    stepless: Few[Point]
    overdue_rounds: Few[Point]
    walk_ins: Few[Point]

    @property
    def lists(self) -> Sequence[Few[Point]]:
        """All of them, in the order in which they are told."""
        return self.interests, self.held, self.stepless, self.overdue_rounds, self.walk_ins

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(one.count for one in self.lists)


def read_decisions(week: Week) -> Decisions:
    """What waits on the day on which the week is told."""
    return Decisions(interests(), held(week), stepless(), rounds(Round.closes_on < week.as_of), walk_ins())


def interests() -> Few[Point]:
    """Interests of institutions that nobody has answered, the oldest first."""
    statement = (
        sa.select(
            Interest.id,
            Interest.startup_id,
            Interest.deal_id,
            Interest.created_at,
            Startup.shown_name.label("startup"),
            Institution.name.label("institution"),
        )
        .join(Startup, Startup.id == Interest.startup_id)
        .join(Institution, Institution.id == Interest.institution_id)
        .where(Interest.handled_at.is_(None))
    )
    rows, count = first_rows(statement, Interest.id)
    return Few(
        tuple(
            Point(
                "interest",
                f"{row.startup} × {row.institution}",
                ("deal", row.deal_id) if row.deal_id else ("startup", row.startup_id),
                "",
                day_of(row.created_at),
            )
            for row in rows
        ),
        count,
    )


def held(week: Week) -> Few[Point]:
    """Deals on hold for longer than 14 days, the longest first."""
    stood = standing(week)
    late = stood.since < week.as_of - timedelta(days=HOLD_DAYS)
    rows, count = first_deals(stood.deals.where(stood.status == DealStatus.ON_HOLD, late), stood.since, Deal.id)
    return Few(tuple(deal_point("held", deal, row.since, row.stage) for deal, row in rows), count)


def stepless() -> Few[Point]:
    """Active deals at term sheet or committee without a next step, the longest still first."""
    found = sa.select(Deal.id.label("deal_id"), Deal.stage, Deal.moved_on).where(
        Deal.status == DealStatus.ACTIVE,
        Deal.stage.in_(LATE_STAGES),
        Deal.next_step == "",
        Deal.next_step_on.is_(None),
    )
    rows, count = first_deals(found, Deal.moved_on, Deal.id)
    return Few(tuple(deal_point("stepless", deal, row.moved_on, row.stage) for deal, row in rows), count)


def walk_ins() -> Few[Point]:
    """Events whose visitors wait for somebody to say who they are, and how many do; the oldest first."""
    owner = sa.func.coalesce(Account.name, "")
    columns: list[Any] = [Event.id, Event.name, Event.starts_at, owner.label("owner")]
    statement = (
        sa.select(*columns, sa.func.count().label("waiting"))
        .join(Arrival, Arrival.event_id == Event.id)
        .outerjoin(Account, Account.id == Event.owner_id)
        .where(Arrival.settled_at.is_(None), Arrival.archived_at.is_(None), Event.archived_at.is_(None))
        .group_by(Event.id, Event.name, Event.starts_at, owner)
    )
    rows, count = first_rows(statement, Event.starts_at, Event.id)
    return Few(
        tuple(
            Point("walk_in", row.name, ("arrivals", row.id), row.owner, day_of(row.starts_at), str(row.waiting))
            for row in rows
        ),
        count,
    )
