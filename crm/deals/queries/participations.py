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
from crm.core.prepared import Prepared
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


# What a list shows of a participation; `received` is what came in for it so far, in 分.
SHARES: Any = (
    sa.select(
        Participation.id,
        Participation.deal_id,
        Participation.round_id,
        Participation.fund_id,
        Participation.role,
        Participation.happened_on,
        Participation.signed,
        Round.name.label("round_name"),
        Startup.shown_name.label("startup_name"),
        Institution.name.label("institution_name"),
        Institution.short_name.label("institution_short_name"),
        Fund.name.label("fund_name"),
        sa.cast(
            sa.select(sa.func.coalesce(sa.func.sum(Receipt.amount), 0))
            .where(Receipt.deal_id == Participation.deal_id)
            .scalar_subquery(),
            sa.BigInteger,
        ).label("received"),
    )
    .join(Round, Round.id == Participation.round_id)
    .join(Startup, Startup.id == Round.startup_id)
    .join(Institution, Institution.id == Participation.institution_id)
    .join(Fund, Fund.id == Participation.fund_id, isouter=True)
    .where(Participation.archived_at.is_(None))
)
# The first says nothing of those that are not put away, but lets PostgreSQL read along an index.
LATEST = (Participation.archived_at.desc(), Participation.happened_on.desc(), Participation.id.desc())


def participations_in(round: Round) -> Sequence[Any]:
    """Who took part in a closed round, as rows of `SHARES`, the largest amount first."""
    return IN_ROUND.all(id=round.id, most=SHOWN)


def participations_of_startup(startup: Startup) -> Sequence[Any]:
    """Who took part in the closed rounds of a startup, as rows of `SHARES`, the latest first."""
    return OF_STARTUP.all(id=startup.id, most=SHOWN)


def participations_of_institution(institution: Institution, limit: int) -> Sequence[Any]:
    """Which rounds an institution took part in, as rows of `SHARES`, the latest first."""
    return OF_INSTITUTION.all(id=institution.id, most=limit)


def investments_of(fund: Fund) -> Sequence[Any]:
    """Which rounds a fund took part in through the platform, as rows of `SHARES`, the latest first."""
    return OF_FUND.all(id=fund.id, most=SHOWN)


def shares(whose: Any, *order: Any) -> Prepared:
    return Prepared(SHARES.where(whose == sa.bindparam("id")).order_by(*order).limit(sa.bindparam("most")))


IN_ROUND = shares(Participation.round_id, Participation.signed.desc(), Participation.id)
OF_STARTUP = shares(Round.startup_id, *LATEST)
OF_INSTITUTION = shares(Participation.institution_id, *LATEST)
OF_FUND = shares(Participation.fund_id, *LATEST)


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
