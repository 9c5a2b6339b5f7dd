"""How the figures that only grow came to stand where they stand."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.keeping import kept
from crm.metrics.definitions import METRICS, Metric

GROWING = (
    "institutions_attracted",
    "companies_served",
    "introductions_to_date",
    "amount_signed_to_date",
    "amount_received_to_date",
)
MONTHS = 12


def trends(as_of: date) -> dict[str, list[int]]:
    """Of each growing figure its values at the ends of the eleven months before the day's month and on the day itself,
    the oldest first: counts, or 分 in CNY."""
    return kept(("trends", as_of), lambda: count_trends(as_of))


def count_trends(as_of: date) -> dict[str, list[int]]:
    last = as_of.year * 12 + as_of.month
    months = range(last - MONTHS + 1, last + 1)
    added = dict.fromkeys(((name, month) for name in GROWING for month in months), 0)
    statement = sa.union_all(*(by_month(METRICS[name], as_of) for name in GROWING))
    for name, month, total in db.session.execute(statement):
        added[name, max(int(month), months[0])] += int(total)
    return {name: list(accumulate(added[name, month] for month in months)) for name in GROWING}


def by_month(metric: Metric, as_of: date) -> sa.Select[Any]:
    """What a month added to a figure; months are counted from the year 0."""
    rows = metric.rows(as_of).subquery()
    month = sa.extract("year", rows.c.day) * 12 + sa.extract("month", rows.c.day)
    dated = sa.select(month.label("month"), rows.c.amount).subquery()
    total = sa.func.sum(dated.c.amount) if metric.unit == "CNY" else sa.func.count()
    return sa.select(sa.literal(metric.name).label("name"), dated.c.month, total.label("total")).group_by(dated.c.month)
