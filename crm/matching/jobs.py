"""What matching does in the background: all matches each night, and backtests."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from crm.core.clock import day_of, now
from crm.core.db import unit_of_work
from crm.core.jobs import Progress, give_way, handles
from crm.core.periodic import once_a_day
from crm.matching.actions import BACKTEST, REFRESH, request_refresh
from crm.matching.backtest import backtest
from crm.matching.models import MatchBacktest
from crm.matching.nightly import refresh_all


def look_at_matches(at: datetime) -> None:
    """First thing each day ask for all matches anew."""
    once_a_day(REFRESH, partial(request_refresh, at=at), at=at)


@handles(REFRESH)
def refresh_matches(_: int, progress: Progress) -> None:
    """Compute all matches; a worker that dies leaves what it replaced, and the next one begins anew.

    It takes minutes where there is much: other jobs go first.
    """

    def between_portions(done: int, total: int) -> None:
        progress(done, total)
        give_way(REFRESH)

    refresh_all(day_of(now()), now(), between_portions)


@handles(BACKTEST)
def run_backtest(backtest_id: int, progress: Progress) -> None:
    """Do a backtest that was asked for, and keep what it found."""
    with unit_of_work(write=False):
        found = backtest(day_of(now()), progress)
    with unit_of_work(write=True) as session:
        session.get_one(MatchBacktest, backtest_id).result = found.as_data()
