"""What is done about events once a day."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from crm.core.clock import day_of
from crm.core.db import unit_of_work
from crm.core.periodic import is_first, was_done
from crm.events.arrivals import forget_old

RUN = "visitors"


def forget_visitors(at: datetime) -> None:
    """Keep what visitors were promised: after a year nothing is left of those who became nobody's record."""
    day = day_of(at)
    with unit_of_work(write=False) as session:
        if session.scalar(sa.select(was_done(RUN, day))):
            return
    with unit_of_work(write=True):
        if is_first(RUN, day, at=at):
            forget_old(at)
