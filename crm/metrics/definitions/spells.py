"""What lasts for some days after each of its causes, as facts that never overlap: one thing counts once on any day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.expressions import days_after, days_between
from crm.metrics.definitions.metric import Days

EPOCH = date(2000, 1, 1)
MOST_DAYS = 100_000  # from the epoch: enough to tell the spells of one record apart, for 270 years


def causes_before(causes: Any, on: Days, within: int | None = None) -> sa.Select[Any]:
    """Each record's causes, one a day; of those between one asked day and the next only the last, which decides there.

    `within`: so many days after a cause nothing lasts any more.
    """
    found = causes.subquery()
    if not on:
        return sa.select(found).distinct()
    between = [sa.case(*((found.c.day <= day, number) for number, day in enumerate(on)))] if len(on) > 1 else []
    last = sa.select(found.c.record_id, sa.func.max(found.c.day).label("day")).where(found.c.day <= max(on))
    if within is not None:
        last = last.where(found.c.day > min(on) - timedelta(within))
    return last.group_by(found.c.record_id, *between)


def spells(days: Any, first: int, end: int | None) -> sa.Subquery:
    """The spells of records, one a cause: from `first` days after it until `end` days after it or the next cause.

    `days`: the `record_id` and the `day` of each cause, once. A spell is told by `row_id`, `record_id`, `begins` and
    `ends`, which is NULL where neither comes. Those that the next cause forestalls are left out.
    """
    following = sa.func.lead(days.c.day).over(partition_by=days.c.record_id, order_by=days.c.day)
    row_id = sa.cast(days.c.record_id, sa.BigInteger) * MOST_DAYS + days_between(EPOCH.isoformat(), days.c.day)
    found = sa.select(
        row_id.label("row_id"),
        days.c.record_id,
        days.c.day,
        (days_after(days.c.day, first) if first else days.c.day).label("begins"),
        following.label("following"),
    ).subquery()
    return (
        sa.select(found.c.row_id, found.c.record_id, found.c.begins, ends(found, end).label("ends"))
        .where(sa.or_(found.c.following.is_(None), found.c.following > found.c.begins))
        .subquery()
    )


def ends(found: Any, end: int | None) -> Any:
    """When a spell ends: at the next cause, or before that by itself."""
    if end is None:
        return found.c.following
    over = days_after(found.c.day, end)
    return sa.case((found.c.following < over, found.c.following), else_=over)
