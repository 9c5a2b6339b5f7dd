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
    month = sa.extract("year", Service.happened_on) * 12 + sa.extract("month", Service.happened_on)
    what = (month.label("month"), ServiceCategory.line, ServiceCategory.id.label("category"), Service.startup_id)
    found = (
        completed(*what, line=None)
        .join(Startup, Startup.id == Service.startup_id)
        .where(Startup.archived_at.is_(None), Service.happened_on.between(days[0].replace(day=1), days[-1]))
    )
    if confirmed_by:
        found = found.where(Service.id.in_(confirmed(Confirmation.service_id, confirmed_by)))
    each = found.distinct().subquery()
    companies = sa.cast(sa.func.count(each.c.startup_id.distinct()), sa.BigInteger)
    whole = (each.c.month, each.c.line)
    statement: Any = sa.union_all(
        sa.select(*whole, sa.literal(0), companies).group_by(*whole),
        sa.select(*whole, each.c.category, companies).group_by(*whole, each.c.category),
    )
    ends = {day.year * 12 + day.month: day for day in days}
    return {
        (line, category, ends[int(number)]): count for number, line, category, count in db.session.execute(statement)
    }
