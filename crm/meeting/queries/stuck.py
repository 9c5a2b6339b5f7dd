"""What is stuck: active deals that stand longer at their stage than it allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.expressions import days_between
from crm.deals.models import Deal, DealStatus
from crm.meeting.queries.parts import Few, first_deals, standing
from crm.meeting.week import Week
from crm.settings.queries import terms


@dataclass(frozen=True)
class Stuck:
    """A deal that stands still: since how many days, and how many its stage allows."""

    deal_id: int
    startup: str
    institution: str
    round: str
    owner: str
    stage: str
    days: int
    limit: int

    @property
    def over(self) -> int:
        """Days beyond the limit."""
        return self.days - self.limit


def read_stuck(week: Week) -> Few[Stuck]:
    """Those that stood still on the day, the longest over their limit first."""
    limits = {code: word.limit_days for code, word in terms("deal_stage").items() if word.limit_days}
    if not limits:
        return Few((), 0)
    stood = standing(week)
    days = days_between(stood.since, sa.literal(week.as_of.isoformat()))
    limit = sa.case(limits, value=stood.stage)
    late = (
        sa.and_(stood.stage == code, stood.since < week.as_of - timedelta(days=allowed))
        for code, allowed in limits.items()
    )
    rows, count = first_deals(
        stood.deals.add_columns(days.label("days"), limit.label("allowed")).where(
            stood.status == DealStatus.ACTIVE, sa.or_(*late)
        ),
        (days - limit).desc(),
        Deal.id,
    )
    return Few(tuple(stuck(deal, row) for deal, row in rows), count)


def stuck(deal: Any, row: Any) -> Stuck:
    where = (row.stage, row.days, row.allowed)
    return Stuck(deal.deal_id, deal.startup, deal.institution, deal.round, deal.owner, *where)
