"""What is done about the figures once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from crm.core.clock import day_of
from crm.core.periodic import once_a_day
from crm.metrics.actions import take_snapshots


def look_at_figures(at: datetime) -> None:
    """Once a day, and first thing in it: what the figures count, and their values as of the day before."""
    once_a_day("snapshots", partial(take_snapshots, day_of(at) - timedelta(days=1), at=at), at=at)
