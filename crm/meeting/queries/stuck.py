"""What is stuck: active deals that stand longer at their stage than it allows."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from crm.core.expressions import days_between
from crm.deals.models import Deal, DealStatus
from crm.meeting.queries.parts import Few, first_rows, named_deals, standing
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
    days = days_between(stood.c.since, sa.literal(week.as_of.isoformat()))
    limit = sa.case(limits, value=stood.c.stage)
    rows, count = first_rows(
        named_deals(stood.c.stage, days.label("days"), limit.label("allowed"))
        .join(stood, stood.c.deal_id == Deal.id)
        .where(stood.c.status == DealStatus.ACTIVE, stood.c.stage.in_(list(limits)), days > limit),
        (days - limit).desc(),
        Deal.id,
    )
    return Few(tuple(Stuck(*row) for row in rows), count)
