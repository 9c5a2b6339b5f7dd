"""What is done about events once a day."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from crm.core.periodic import once_a_day
from crm.events.arrivals import forget_old


def forget_visitors(at: datetime) -> None:
    """Keep what visitors were promised: after a year nothing is left of those who became nobody's record."""
    once_a_day("visitors", partial(forget_old, at), at=at)
