"""Where the deals of startups stand, for lists of startups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.core.expressions import unindexed
from crm.core.listing import LASTING
from crm.core.prepared import PreparedAmong
from crm.deals.models import GOING_ON, HOLDING, Deal, Round
from crm.deals.policies import visible_to
from crm.settings.queries import terms


class DealsStanding(NamedTuple):
    """The furthest stage of the deals that did not end without money, how many go on, and when one moved last."""

    stage: str | None = None
    open: int = 0
    moved_on: date | None = None


def standing_of_startups(actor: Actor, startup_ids: Sequence[int]) -> dict[int, DealsStanding]:
    """{startup: where its deals stand}, of those that have any. One statement."""
    stages = tuple(terms("deal_stage"))
    return {
        row.startup_id: DealsStanding(None if row.furthest is None else stages[row.furthest], row.open, row.moved_on)
        for row in by_startup(visible_to(actor), stages).all(startup_ids)
    }


@lru_cache(LASTING)
def by_startup(seen: sa.ColumnElement[bool], stages: Sequence[str]) -> PreparedAmong:
    place = sa.case({stage: number for number, stage in enumerate(stages)}, value=Deal.stage)
    deals = (
        sa.select(
            Round.startup_id,
            sa.func.max(sa.case((Deal.status.in_(HOLDING), place))).label("furthest"),
            sa.func.count(sa.case((Deal.status.in_(GOING_ON), 1))).label("open"),
            sa.func.max(Deal.moved_on).label("moved_on"),
        )
        .join(Deal, Deal.round_id == Round.id)
        .where(unindexed(Deal.archived_at).is_(None), seen)
        .group_by(Round.startup_id)
    )
    return PreparedAmong(deals, Round.startup_id)
