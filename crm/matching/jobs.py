"""What matching does in the background: all matches each night, and backtests."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from crm.core.clock import day_of, now
from crm.core.db import unit_of_work
from crm.core.jobs import Progress, handles
from crm.core.periodic import is_first, was_done
from crm.matching.actions import BACKTEST
from crm.matching.backtest import backtest
from crm.matching.models import MatchBacktest
from crm.matching.nightly import refresh_all, refresh_changed

RUN = "matches"


def refresh_matches(at: datetime) -> None:
    """Once a day, and first thing in it: the matches of every open round and institution; later in the day those of
    what changed since."""
    day = day_of(at)
    with unit_of_work(write=False) as session:
        is_done = session.scalar(sa.select(was_done(RUN, day)))
    if is_done:
        refresh_changed(day, at)
        return
    with unit_of_work(write=True):
        if not is_first(RUN, day, at=at):
            return
    refresh_all(day, at)


@handles(BACKTEST)
def run_backtest(backtest_id: int, progress: Progress) -> None:
    """Do a backtest that was asked for, and keep what it found."""
    with unit_of_work(write=False):
        found = backtest(day_of(now()), progress)
    with unit_of_work(write=True) as session:
        session.get_one(MatchBacktest, backtest_id).result = found.as_data()
