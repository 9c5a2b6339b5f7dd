"""What needs a decision: interests that wait, deals on hold, late stages without a next step, rounds past their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from crm.core.clock import day_of
from crm.deals.models import Deal, DealStatus, Interest, Round
from crm.institutions.models import Institution
from crm.meeting.queries.due import rounds
from crm.meeting.queries.parts import Few, Point, deal_point, first_rows, named_deals, shown, standing
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

    @property
    def count(self) -> int:
        """All of them."""
        return sum(one.count for one in (self.interests, self.held, self.stepless, self.overdue_rounds))


def read_decisions(week: Week) -> Decisions:
    """What waits on the day on which the week is told."""
    return Decisions(interests(), held(week), stepless(), rounds(Round.closes_on < week.as_of))


def interests() -> Few[Point]:
    """Interests of institutions that nobody has answered, the oldest first."""
    statement = (
        sa.select(
            Interest.id,
            Interest.startup_id,
            Interest.deal_id,
            Interest.created_at,
            shown(Startup).label("startup"),
            shown(Institution).label("institution"),
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
                f"{row.startup} · {row.institution}",
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
    statement = (
        named_deals(stood.c.stage, stood.c.since)
        .join(stood, stood.c.deal_id == Deal.id)
        .where(stood.c.status == DealStatus.ON_HOLD, stood.c.since < week.as_of - timedelta(days=HOLD_DAYS))
    )
    rows, count = first_rows(statement, stood.c.since, Deal.id)
    return Few(tuple(deal_point("held", row, row.since, row.stage) for row in rows), count)


def stepless() -> Few[Point]:
    """Active deals at term sheet or committee without a next step, the longest still first."""
    statement = named_deals(Deal.stage, Deal.moved_on).where(
        Deal.status == DealStatus.ACTIVE,
        Deal.stage.in_(LATE_STAGES),
        Deal.next_step == "",
        Deal.next_step_on.is_(None),
    )
    rows, count = first_rows(statement, Deal.moved_on, Deal.id)
    return Few(tuple(deal_point("stepless", row, row.moved_on, row.stage) for row in rows), count)
