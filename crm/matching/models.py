"""What matching keeps: its weights and their versions, the best matches of each round and institution, backtests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, many_to_one, text
from crm.core.jobs import Job


class MatchWeights(Base):
    """How much each factor counts, from a moment on; append-only: the highest number holds. None: the first weights.

    `weights`: {factor: 0 to 10}. `backtest_id`: the backtest that proposed them; None for weights set by hand.
    """

    __tablename__ = "match_weights"

    number: Mapped[int] = mapped_column(unique=True)
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = text(200)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    by_name: Mapped[str] = text(80)
    backtest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("match_backtest.id"), default=None)


class MatchRun(Base):
    """One computation of the matches of a round or of an institution; the next one replaces it.

    `stamp`: what it was computed from; once that reads otherwise the matches are computed anew. `entry_id`: the latest
    entry of the history then; the other side's records that were changed since are matched anew. `passed`: how many
    funds, or rounds, passed every gate, counted up to a limit, at least one beyond those scored; `scored`: how many of
    them were scored.
    """

    __tablename__ = "match_run"
    __table_args__ = (sa.CheckConstraint("(round_id IS NULL) <> (institution_id IS NULL)", name="one_side"),)

    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"), unique=True, default=None)
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), unique=True, default=None)
    stamp: Mapped[str] = text(80)
    entry_id: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    passed: Mapped[int] = mapped_column(default=0)
    scored: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class MatchResult(Base):
    """One of the best matches of a round or of an institution. `fund_id`: with which fund; None for its own money.

    `of_round`, `of_institution`: among whose best it is. `score` in thousandths.
    `factors`: {factor: [value in thousandths, what it was found from]}; `checks`: what must be asked.
    """

    __tablename__ = "match_result"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "institution_id"),
        sa.Index(None, "round_id", "score"),
        sa.Index(None, "institution_id", "score"),
    )

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    fund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fund.id"), default=None)
    of_round: Mapped[bool] = mapped_column(default=False)
    of_institution: Mapped[bool] = mapped_column(default=False)
    score: Mapped[int]
    factors: Mapped[dict[str, Any]] = mapped_column(default=dict)
    checks: Mapped[list[Any]] = mapped_column(default=list)


class MatchBacktest(Base):
    """How well matching would have done on past rounds, by what was known then; {} until the job is done."""

    __tablename__ = "match_backtest"

    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    by_name: Mapped[str] = text(80)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"), default=None)

    job: Mapped[Job | None] = many_to_one("Job", "MatchBacktest.job_id")
