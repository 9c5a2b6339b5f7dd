"""Figures at a date, and the rows behind them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from crm.core.db import db
from crm.core.keeping import kept
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.metrics.definitions import METRICS, Metric


def value_of(metric: Metric, as_of: date) -> int:
    """The figure as of a day (截至): a count, or 分 in CNY."""
    return kept(("value", metric.name, as_of), lambda: total_of(metric, as_of))


def total_of(metric: Metric, as_of: date) -> int:
    rows = metric.rows(as_of).subquery()
    total = sa.func.coalesce(sa.func.sum(rows.c.amount), 0) if metric.unit == "CNY" else sa.func.count()
    return int(db.session.scalar(sa.select(total).select_from(rows)) or 0)


def headline(as_of: date) -> dict[str, int]:
    """Every figure as of a day, by name."""
    return kept(("headline", as_of), lambda: {name: total_of(metric, as_of) for name, metric in METRICS.items()})


def count_of(metric: Metric, as_of: date) -> int:
    """How many rows stand behind a figure."""
    return kept(("count", metric.name, as_of), lambda: number_of(metric, as_of))


def number_of(metric: Metric, as_of: date) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(metric.rows(as_of).subquery())) or 0


def rows_of(metric: Metric, as_of: date, place: Place) -> Slice:
    """The rows behind a figure, the latest first."""
    return kept(("rows", metric.name, as_of, place), lambda: page_of(metric, as_of, place))


def page_of(metric: Metric, as_of: date, place: Place) -> Slice:
    rows = metric.rows(as_of).subquery()
    sorts = {
        "day": Sort(rows.c.day, True),
        "amount": Sort(sa.func.coalesce(rows.c.amount, 0), True),
        "label": Sort(rows.c.label),
    }
    return slice_of(
        sa.select(rows.c.record_id, rows.c.label, rows.c.detail, rows.c.day, rows.c.amount),
        rows.c.row_id,
        sorts,
        place,
    )
