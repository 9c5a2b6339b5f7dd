"""Companies served month by month, by platform line and by category of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.confirmations.models import Confirmation
from crm.confirmations.queries import confirmed
from crm.core.db import db
from crm.core.expressions import month_number
from crm.core.keeping import until_written
from crm.metrics.definitions.startups import completed
from crm.services.models import FINANCE_LINE, Service, ServiceCategory
from crm.startups.models import Startup


@dataclass(frozen=True)
class Row:
    """The companies served by a line, or by one of its categories, in each month. One that several categories served
    counts in each of them, and once in the line."""

    line: str
    category: ServiceCategory | None
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Served:
    """`days`: the last day of each month that is counted. `rows`: each line, its categories after it."""

    days: tuple[date, ...]
    rows: tuple[Row, ...]

    @property
    def finance(self) -> tuple[int, ...]:
        """The finance line, whose companies the figures count."""
        return next((one.counts for one in self.rows if one.line == FINANCE_LINE), (0,) * len(self.days))


def served_by_month(days: Sequence[date], confirmed_by: str = "") -> Served:
    """What lines and categories served in the months that end on these days; only what a side confirmed, if one is
    named."""
    return until_written(("served", tuple(days), confirmed_by), lambda: read_served(tuple(days), confirmed_by))


def read_served(days: tuple[date, ...], confirmed_by: str) -> Served:
    counts = read_counts(days, confirmed_by)
    categories = db.session.scalars(
        sa.select(ServiceCategory).order_by(ServiceCategory.position, ServiceCategory.id)
    ).all()
    lines = sorted({line for line, _, _ in counts}, key=lambda line: (line != FINANCE_LINE, line))
    rows = []
    for line in lines:
        own: list[ServiceCategory | None] = [None, *(one for one in categories if one.line == line)]
        for category in own:
            found = tuple(counts.get((line, category.id if category else 0, day), 0) for day in days)
            if any(found):
                rows.append(Row(line, category, found))
    return Served(days, tuple(rows))


def read_counts(days: tuple[date, ...], confirmed_by: str) -> dict[tuple[str, int, date], int]:
    """{line, category or 0, last day of the month: companies}."""
    month = month_number(Service.happened_on).label("month")
    binned = sa.select(Startup.id).where(Startup.archived_at.is_not(None))
    found = completed(month, ServiceCategory.line, ServiceCategory.id.label("category"), Service.startup_id, line=None)
    found = found.where(
        Service.startup_id.not_in(binned), Service.happened_on.between(days[0].replace(day=1), days[-1])
    )
    if confirmed_by:
        found = found.where(Service.id.in_(confirmed(Confirmation.service_id, confirmed_by)))
    each = found.distinct().cte("served")
    of_line = sa.select(each.c.month, each.c.line, each.c.startup_id).distinct().subquery().c
    statement: Any = sa.union_all(
        sa.select(of_line.month, of_line.line, sa.literal(0), sa.func.count()).group_by(of_line.month, of_line.line),
        sa.select(each.c.month, each.c.line, each.c.category, sa.func.count()).group_by(
            each.c.month, each.c.line, each.c.category
        ),
    )
    ends = {day.year * 12 + day.month: day for day in days}
    return {
        (line, category, ends[int(number)]): count for number, line, category, count in db.session.execute(statement)
    }
