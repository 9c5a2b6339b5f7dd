"""Rounds with their deals side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Actor
from crm.core.db import db
from crm.core.listing import BELOW_ZERO, FIRST_DAY, Place, Slice, Sort, slice_of
from crm.deals.models import Deal, Round
from crm.deals.policies import rounds_visible_to
from crm.deals.queries.wanted import Wanted, conditions
from crm.institutions.models import Institution

MOST = 1000  # deals on a page of 25 rounds
SHOWN: tuple[Any, ...] = (
    Deal.id,
    Deal.round_id,
    Deal.stage,
    Deal.status,
    Deal.entered_on,
    Institution.name.label("institution_name"),
    Institution.short_name.label("institution_short_name"),
)


def rounds_with_deals(actor: Actor, place: Place, wanted: Wanted) -> Slice:
    """The rounds that have one of the deals asked for, each with its startup, the last opened first."""
    asked = sa.select(sa.literal(1)).where(Deal.round_id == Round.id, *conditions(actor, wanted))
    statement = (
        sa.select(Round)
        .options(joinedload(Round.startup))
        .where(rounds_visible_to(actor), Round.archived_at.is_(None), asked.exists())
    )
    sorts = {
        "opened": Sort(sa.func.coalesce(Round.opened_on, FIRST_DAY), True),
        "sought": Sort(sa.func.coalesce(Round.sought_low, BELOW_ZERO), True),
    }
    return slice_of(statement, Round.id, sorts, place)


def deals_by_round(actor: Actor, wanted: Wanted, round_ids: Sequence[int]) -> dict[int, dict[str, list[Any]]]:
    """{round: {stage: its deals among those asked for}}, rows with the institution's names, the newest in it first."""
    found: dict[int, dict[str, list[Any]]] = {round_id: {} for round_id in round_ids}
    deals = db.session.execute(
        sa.select(*SHOWN)
        .join(Institution, Institution.id == Deal.institution_id)
        .where(Deal.round_id.in_(round_ids), *conditions(actor, wanted))
        .order_by(Deal.entered_on.desc(), Deal.id.desc())
        .limit(MOST)
    )
    for deal in deals:
        found[deal.round_id].setdefault(deal.stage, []).append(deal)
    return found
