"""What is done about the figures once a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crm.core.clock import day_of
from crm.core.db import lock_table, unit_of_work
from crm.metrics.actions import take_snapshots
from crm.metrics.definitions import METRICS, Metric
from crm.metrics.models import KnownFact
from crm.metrics.queries import looked_at


def look_at_figures(at: datetime) -> None:
    """Once a day, and first thing in it: what the figures count, and their values as of the day before.

    Each figure has a unit of its own: on SQLite nobody else can write while one is recorded.
    """
    before = day_of(at) - timedelta(days=1)
    with unit_of_work(write=False):
        done = looked_at(before)
    for name, metric in METRICS.items():
        if name not in done:
            look_at_figure(metric, before, at)


def look_at_figure(metric: Metric, as_of: date, at: datetime) -> None:
    """Record a figure as of a day, unless another worker did."""
    with unit_of_work(write=True):
        lock_table(KnownFact)
        if metric.name not in looked_at(as_of):
            take_snapshots(as_of, at=at, metrics=(metric,))
