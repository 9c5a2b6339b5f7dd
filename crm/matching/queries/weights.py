"""Reading the weights and their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Actor
from crm.core.db import db
from crm.core.keeping import kept
from crm.matching.factors import FIRST_WEIGHTS, Factor, Weights
from crm.matching.models import MatchBacktest, MatchWeights
from crm.matching.policies import may_judge


@dataclass(frozen=True)
class Weighted:
    """A version of the weights; number 1 is the one that everybody begins with."""

    number: int
    weights: Weights


def weights_now() -> Weighted:
    """The weights that hold; kept until something is written."""
    return kept("weights of matching", read_weights)


def read_weights() -> Weighted:
    found = db.session.scalar(sa.select(MatchWeights).order_by(MatchWeights.number.desc()).limit(1))
    return Weighted(found.number, told_weights(found.weights)) if found else Weighted(1, FIRST_WEIGHTS)


def told_weights(said: Mapping[str, Any]) -> Weights:
    """Weights as they were kept; a factor that came later has its first weight."""
    return {factor: int(said.get(factor, FIRST_WEIGHTS[factor])) for factor in Factor}


def versions() -> Sequence[MatchWeights]:
    """Every version of the weights, the latest first."""
    return db.session.scalars(sa.select(MatchWeights).order_by(MatchWeights.number.desc()).limit(20)).all()


def find_backtest(actor: Actor, backtest_id: int) -> MatchBacktest | None:
    """A backtest, for those who judge matches."""
    return db.session.get(MatchBacktest, backtest_id) if may_judge(actor) else None


def last_backtest() -> MatchBacktest | None:
    """The backtest that was asked for last, with its job."""
    return db.session.scalar(
        sa.select(MatchBacktest).options(joinedload(MatchBacktest.job)).order_by(MatchBacktest.id.desc()).limit(1)
    )
