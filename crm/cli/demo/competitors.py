"""Which of the demonstration's companies compete: matching then keeps a round from whoever holds its competitor."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.core.db import db
from crm.deals.models import FUNDED_STAGE, HOLDING, SIGNED_STAGE, Deal, Round, RoundState
from crm.startups import actions
from crm.startups.models import Startup

PAIRS = 8


def mark_competitors(*, by: Actor, at: datetime) -> int:
    """Companies that seek money, and others of their sector and industry that somebody holds; says how many pairs."""
    held = sa.select(Round.startup_id).join(Deal, Deal.round_id == Round.id)
    held = held.where(Deal.stage.in_((SIGNED_STAGE, FUNDED_STAGE)), Deal.status.in_(HOLDING))
    seeking = sa.select(Round.startup_id).where(Round.state == RoundState.OPEN)
    of_sector: dict[tuple[str | None, str | None], list[Startup]] = defaultdict(list)
    for one in db.session.scalars(sa.select(Startup).where(Startup.id.in_(held)).order_by(Startup.id)):
        of_sector[one.sector_layer, one.sector_vertical].append(one)
    pairs: dict[frozenset[int], tuple[Startup, Startup]] = {}
    for one in db.session.scalars(sa.select(Startup).where(Startup.id.in_(seeking)).order_by(Startup.id)):
        other = next((held for held in of_sector[one.sector_layer, one.sector_vertical] if held is not one), None)
        if other is not None and one.sector_vertical and len(pairs) < PAIRS:
            pairs[frozenset((one.id, other.id))] = one, other
    for one, other in pairs.values():
        actions.mark_competitor(one, other, by=by, at=at)
    return len(pairs)
