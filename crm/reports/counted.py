"""The rows behind each figure of a report, frozen when it is made: they say later why another report has another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.metrics.definitions import METRICS
from crm.metrics.queries import Clocks
from crm.metrics.queries import rows as counted_by
from crm.reports.content import Key

MOST = 50_000  # rows of a figure; of more a report keeps none
FOR_GOOD = sa.cast(sa.null(), sa.Date).label("until")
NOTHING = sa.cast(sa.null(), sa.BigInteger).label("amount")  # more than that it counts
Row = tuple[int, date, date | None, int | None]  # which, from which day it counts, until when, and how much of it
Rows = dict[str, list[Row] | None]


def frozen(keys: Iterable[Key], of_kind: Rows) -> dict[str, list[Any]]:
    """{figure: the rows behind it, as JSON has them}: those that its kind names, or that the registry counts."""
    found = {key.name: of_kind[key.name] if key.name in of_kind else of_registry(key) for key in keys}
    return {name: [list(map(plain, row)) for row in rows] for name, rows in found.items() if rows is not None}


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def thawed(rows: Iterable[Any]) -> dict[int, Row]:
    """Rows that were kept, by what they are."""
    return {
        row_id: (row_id, date.fromisoformat(day), until and date.fromisoformat(until), amount)
        for row_id, day, until, amount in rows
    }


def of_registry(key: Key) -> list[Row] | None:
    """What the registry counts for a figure; None for what it does not know, or counts too much of."""
    if key.metric not in METRICS or key.as_of is None:
        return None
    counted = counted_by(METRICS[key.metric], Clocks(key.as_of)).subquery().c
    chosen = sa.select(counted.row_id, counted.day, counted.until, counted.amount)
    return read(chosen.where(counted.day >= key.since) if key.since else chosen)


def read(rows: sa.Select[Any]) -> list[Row] | None:
    """The rows of a statement: which, day, until, how much; None where they are too many to keep."""
    found = db.session.execute(rows.limit(MOST + 1)).all()
    return [(row[0], row[1], row[2], row[3]) for row in found] if len(found) <= MOST else None
