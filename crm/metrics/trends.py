"""How the figures came to stand where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.keeping import kept
from crm.metrics.definitions import METRICS, Metric
from crm.metrics.queries import counts_on, facts_of

MONTHS = 12


def ends_of_months(as_of: date) -> list[date]:
    """The last days of the eleven months before a day's month, the oldest first, and the day itself."""
    days = [as_of]
    while len(days) < MONTHS:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def trends(as_of: date, names: Iterable[str] = tuple(METRICS)) -> dict[str, list[int]]:
    """Of each figure its values on `ends_of_months`, as known now: counts, or 分 in CNY. In one statement."""
    wanted = tuple(names)
    return kept(("trends", as_of, wanted), lambda: read_trends(as_of, wanted))


def read_trends(as_of: date, names: tuple[str, ...]) -> dict[str, list[int]]:
    days = ends_of_months(as_of)
    statement = sa.union_all(*(on_days(METRICS[name], days) for name in names))
    return {name: [int(value) for value in values] for name, *values in db.session.execute(statement)}


def on_days(metric: Metric, days: list[date]) -> sa.Select[Any]:
    facts = facts_of(metric).c
    worth = facts.amount if metric.is_money else sa.literal(1)
    sums = (sa.func.sum(sa.case((counts_on(metric, facts, day), worth))) for day in days)
    return sa.select(sa.literal(metric.name), *(sa.func.coalesce(one, 0) for one in sums))
