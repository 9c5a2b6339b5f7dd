"""Rounds with their deals side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.core.db import db
from crm.core.expressions import IDS, as_limit
from crm.core.keeping import kept
from crm.core.listing import BELOW_ZERO, COUNT_LIMIT, FIRST_DAY, LASTING, ONE, Count, Place, Slice, Sort, slice_of
from crm.deals.models import Deal, Round
from crm.deals.policies import rounds_visible_to, visible_to
from crm.deals.queries.deals import STARTUP
from crm.deals.queries.wanted import Wanted, meant_by
from crm.institutions.models import Institution

MOST = 1000  # deals on a page of 25 rounds
ROUNDS: Any = sa.select(
    Round.id,
    Round.name,
    Round.state,
    Round.sought_low,
    Round.sought_high,
    Round.sought_text,
    STARTUP.shown_name.label("startup_name"),
).join(STARTUP, STARTUP.id == Round.startup_id)
DEALS: Any = sa.select(
    Deal.id,
    Deal.round_id,
    Deal.stage,
    Deal.status,
    Deal.entered_on,
    Institution.name.label("institution_name"),
    Institution.short_name.label("institution_short_name"),
).join(Institution, Institution.id == Deal.institution_id)


SORTS = {
    "opened": Sort(sa.func.coalesce(Round.opened_on, FIRST_DAY), True),
    "sought": Sort(sa.func.coalesce(Round.sought_low, BELOW_ZERO), True),
}
OF_ROUNDS = (
    DEALS.where(Deal.round_id.in_(IDS)).order_by(Deal.round_id, Deal.entered_on.desc(), Deal.id.desc()).limit(MOST)
)


@dataclass(frozen=True)
class Asked:
    """The statements about the rounds that have deals among those asked for.

    `deals`: the rounds of so many of these deals that a list stops counting. Where there are fewer, `among` collects
    them first; where there are more, `having` looks at rounds in their order until a page is full. `number` counts.
    """

    deals: sa.Select[Any]
    among: sa.Select[Any]
    having: sa.Select[Any]
    number: sa.Select[Any]


def rounds_with_deals(actor: Actor, place: Place, wanted: Wanted) -> Slice:
    """The rounds that have one of the deals asked for, as rows of `ROUNDS`, the last opened first."""
    seen = rounds_visible_to(actor), visible_to(actor)
    asked = lasting_rounds(*seen, wanted) if wanted.lasts else rounds_asked(*seen, wanted)
    if wanted == Wanted():
        return slice_of(asked.having, Round.id, SORTS, place, count=Count.ALONE)
    few = kept((asked.deals, "few"), lambda: len(db.session.execute(asked.deals).all()) <= COUNT_LIMIT)
    rounds = asked.among if few else asked.having
    return slice_of(rounds, Round.id, SORTS, place, count=lambda: kept(asked.number, lambda: counted(asked)))


def counted(asked: Asked) -> int:
    return db.session.scalar(asked.number) or 0


def deals_by_round(actor: Actor, wanted: Wanted, round_ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """{round: its deals among those asked for}, as rows of `DEALS`, the newest in their stage first."""
    found: dict[int, tuple[Any, ...]] = dict.fromkeys(round_ids, ())
    seen = visible_to(actor)
    deals = lasting_deals(seen, wanted) if wanted.lasts else OF_ROUNDS.where(seen, *meant_by(wanted))
    for deal in db.session.execute(deals, {"ids": round_ids}):
        found[deal.round_id] += (deal,)
    return found


def rounds_asked(rounds_seen: Any, deals_seen: Any, wanted: Wanted) -> Asked:
    meant = deals_seen, *meant_by(wanted)
    rounds = ROUNDS.where(rounds_seen, Round.archived_at.is_(None))
    deals = sa.select(Deal.round_id).where(*meant)
    its_round = sa.select(Round.id).where(Round.id == Deal.round_id, rounds_seen, Round.archived_at.is_(None))
    different = deals.where(its_round.exists()).distinct().limit(as_limit(COUNT_LIMIT + 1))
    return Asked(
        deals.limit(as_limit(COUNT_LIMIT + 1)),
        rounds.where(Round.id.in_(deals)),
        rounds.where(sa.select(ONE).where(Deal.round_id == Round.id, *meant).exists()),
        sa.select(sa.func.count()).select_from(different.subquery()),
    )


@lru_cache(LASTING)
def lasting_deals(seen: sa.ColumnElement[bool], wanted: Wanted) -> sa.Select[Any]:
    deals: sa.Select[Any] = OF_ROUNDS.where(seen, *meant_by(wanted))
    return deals


lasting_rounds = lru_cache(LASTING)(rounds_asked)
