"""What lasts for some days after each of its causes, as facts that never overlap: one thing counts once on any day."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.expressions import days_after, days_between

EPOCH = date(2000, 1, 1)
MOST_DAYS = 100_000  # from the epoch: enough to tell the spells of one record apart, for 270 years


def spells(causes: Any, first: int, end: int | None) -> sa.Subquery:
    """The spells of records, one a cause: from `first` days after it until `end` days after it or the next cause.

    `causes`: a statement of `record_id` and `day`. A spell is told by `row_id`, `record_id`, `begins` and `ends`, which
    is NULL where neither comes. Those that the next cause forestalls are left out.
    """
    days = sa.select(causes.subquery()).distinct().subquery()
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
