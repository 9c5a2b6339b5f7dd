"""Reading what came of closed rounds: who took part with how much."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from crm.accounts.models import Actor
from crm.accounts.policies import may_read_records
from crm.core.db import db
from crm.deals.models import (
    FUNDED_STAGE,
    GOING_ON,
    HOLDING,
    SIGNED_STAGE,
    Deal,
    Participation,
    Receipt,
    Round,
    RoundState,
)
from crm.deals.queries.events import lapsed_at
from crm.deals.queries.rounds import last_round_event
from crm.funds.models import Fund
from crm.institutions.models import Institution
from crm.startups.models import PastRound, Startup
from crm.startups.queries import past_rounds_of

SHOWN = 200


@dataclass(frozen=True)
class Share:
    """One participation and what came in for it so far, in 分."""

    participation: Participation
    received: int


def participations_in(round: Round) -> list[Share]:
    """Who took part in a closed round, the largest amount first."""
    return shares(Participation.round_id == round.id, (Participation.signed.desc(), Participation.id))


def participations_of_startup(startup: Startup) -> list[Share]:
    """Who took part in the closed rounds of a startup, the latest first."""
    return shares(Round.startup_id == startup.id)


def participations_of_institution(institution: Institution, limit: int) -> list[Share]:
    """Which rounds an institution took part in, the latest first."""
    return shares(Participation.institution_id == institution.id, limit=limit)


def investments_of(fund: Fund) -> list[Share]:
    """Which rounds a fund took part in through the platform, the latest first."""
    return shares(Participation.fund_id == fund.id)


def shares(
    condition: sa.ColumnElement[bool],
    order: Sequence[Any] = (Participation.happened_on.desc(), Participation.id.desc()),
    limit: int = SHOWN,
) -> list[Share]:
    received = (
        sa.select(sa.func.coalesce(sa.func.sum(Receipt.amount), 0))
        .where(Receipt.deal_id == Participation.deal_id)
        .scalar_subquery()
    )
    found = db.session.execute(
        sa.select(Participation, received)
        .join(Participation.round)
        .options(
            contains_eager(Participation.round).joinedload(Round.startup),
            joinedload(Participation.institution),
            joinedload(Participation.fund),
        )
        .where(condition, Participation.archived_at.is_(None))
        .order_by(*order)
        .limit(limit)
    )
    return [Share(participation, int(total)) for participation, total in found]


def find_participation(actor: Actor, participation_id: int) -> Participation | None:
    """A participation of a round that is closed, with its names, for staff."""
    if not may_read_records(actor):
        return None
    return db.session.scalar(
        sa.select(Participation)
        .options(joinedload(Participation.round).joinedload(Round.startup), joinedload(Participation.institution))
        .where(Participation.id == participation_id, Participation.archived_at.is_(None))
    )


def participation_ids(round: Round) -> Sequence[int]:
    """The participations of a round, put away or not, for its history."""
    return db.session.scalars(sa.select(Participation.id).where(Participation.round_id == round.id)).all()


def in_step(deal_ids: Collection[int]) -> Sequence[tuple[Deal, Participation | None]]:
    """Deals that have a participation or may need one, with their names."""
    rows = db.session.execute(
        sa.select(Deal, Participation)
        .join(Deal.round)
        .outerjoin(Participation, Participation.deal_id == Deal.id)
        .options(contains_eager(Deal.round).joinedload(Round.startup), joinedload(Deal.institution))
        .where(Deal.id.in_(deal_ids), sa.or_(Round.state == RoundState.CLOSED, Participation.id.is_not(None)))
        .order_by(Deal.id)
    )
    return [(deal, participation) for deal, participation in rows]


def funded_deals_in(round: Round) -> Sequence[Deal]:
    """The deals of a round whose money came in: what closing makes participations of."""
    return deals_at(round, Deal.stage == FUNDED_STAGE, Deal.status.in_(HOLDING))


def signed_deals_in(round: Round) -> Sequence[Deal]:
    """The deals of a round that are signed and wait for the first money."""
    return deals_at(round, Deal.stage == SIGNED_STAGE, Deal.status.in_(HOLDING))


def open_deals_in(round: Round) -> Sequence[Deal]:
    """The deals of a round that still go on and are not signed: what lapses with it."""
    return deals_at(round, Deal.stage.not_in((SIGNED_STAGE, FUNDED_STAGE)), Deal.status.in_(GOING_ON))


@dataclass(frozen=True)
class Results:
    """What came of the end of a round, and goes when it opens again."""

    participations: int
    lapsed: int
    past_round: PastRound | None


def results_of(round: Round) -> Results:
    """What came of the end of a round."""
    ended = last_round_event(round)
    standing = sa.select(sa.func.count()).where(Participation.round_id == round.id, Participation.archived_at.is_(None))
    past = db.session.get(PastRound, round.past_round_id) if round.past_round_id else None
    return Results(
        participations=db.session.scalar(standing) or 0,
        lapsed=len(lapsed_at(round, ended.recorded_at)) if ended else 0,
        past_round=past if past is not None and past.archived_at is None else None,
    )


def past_round_in_the_way(round: Round) -> PastRound | None:
    """A past round of the same name that the desk wrote down by hand: closing leaves it as it is."""
    return next(
        (
            past
            for past in past_rounds_of(round.startup)
            if past.round_name == round.name and past.id != round.past_round_id
        ),
        None,
    )


def deals_at(round: Round, *conditions: sa.ColumnElement[bool]) -> Sequence[Deal]:
    return db.session.scalars(
        sa.select(Deal)
        .join(Deal.round)
        .options(contains_eager(Deal.round).joinedload(Round.startup), joinedload(Deal.institution))
        .where(Deal.round_id == round.id, Deal.archived_at.is_(None), *conditions)
        .order_by(Deal.signed.desc(), Deal.id)
    ).all()
