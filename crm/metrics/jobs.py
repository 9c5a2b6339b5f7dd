"""What is done about the figures once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.core.clock import day_of
from crm.core.db import unit_of_work
from crm.core.periodic import is_first, was_done
from crm.metrics.actions import take_snapshots

RUN = "snapshots"


def look_at_figures(at: datetime) -> None:
    """Once a day, and first thing in it: what the figures count, and their values as of the day before."""
    day = day_of(at)
    with unit_of_work(write=False) as session:
        if session.scalar(sa.select(was_done(RUN, day))):
            return
    with unit_of_work(write=True):
        if is_first(RUN, day, at=at):
            take_snapshots(day - timedelta(days=1), at=at)
