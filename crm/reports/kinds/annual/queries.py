"""Reading who was served in a year, by what, and who joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.institutions.models import Institution
from crm.metrics.definitions import METRICS, limited_to
from crm.metrics.queries import Clocks, rows
from crm.reports.figures import Scope, services
from crm.reports.periods import Period
from crm.services.models import FINANCE_LINE, Service, ServiceCategory
from crm.startups.models import Startup


@dataclass(frozen=True)
class Line:
    """The services of one category in the year and in the year before. `companies`: startups that it served."""

    line: str
    name_zh: str
    name_en: str
    services: int
    companies: int
    before: int

    def label(self, language: str) -> str:
        """The name in a language; the Chinese one where the English one is missing."""
        return self.name_en if language == "en" and self.name_en else self.name_zh


@dataclass(frozen=True)
class Company:
    """A company served to date. `services`: those of the finance line in the year."""

    id: int
    name: str
    sector: str | None
    stage: str | None
    first_on: date
    services: int


@dataclass(frozen=True)
class Joined:
    """An institution that joined in the year."""

    id: int
    name: str
    kind: str
    city: str
    day: date


def lines_of(scope: Scope, period: Period, before: Period) -> tuple[Line, ...]:
    """Every category that did something in either year, line by line."""
    now, then = by_category(scope, period), by_category(scope, before)
    known = db.session.scalars(sa.select(ServiceCategory).order_by(ServiceCategory.position, ServiceCategory.id)).all()
    found = [
        Line(one.line, one.name_zh, one.name_en, *now.get(one.id, (0, 0)), then.get(one.id, (0, 0))[0])
        for one in known
        if one.id in now or one.id in then
    ]
    return tuple(sorted(found, key=lambda one: (one.line != FINANCE_LINE, one.line)))


def by_category(scope: Scope, period: Period) -> dict[int, tuple[int, int]]:
    """{category: (completed services, companies served)}."""
    found = services(
        scope, period, ServiceCategory.id, sa.func.count(), sa.func.count(Service.startup_id.distinct())
    ).group_by(ServiceCategory.id)
    return {row[0]: (row[1], row[2]) for row in db.session.execute(found)}


def companies_served(scope: Scope, period: Period) -> tuple[Company, ...]:
    """The rows of the figure, the first served first, with what was done for each in the period."""
    done = services(scope, period, Service.startup_id, sa.func.count()).where(ServiceCategory.line == FINANCE_LINE)
    in_year = {row[0]: row[1] for row in db.session.execute(done.group_by(Service.startup_id))}
    counted = rows(limited_to("companies_served", scope.confirmed), Clocks(period.last)).subquery()
    shown = (Startup.id, Startup.shown_name, Startup.sector_layer, Startup.growth_stage, counted.c.day)
    found: Any = sa.select(*shown).join(counted, counted.c.record_id == Startup.id).order_by(counted.c.day, Startup.id)
    return tuple(
        Company(company, name, sector, stage, day, in_year.get(company, 0))
        for company, name, sector, stage, day in db.session.execute(found)
    )


def institutions_joined(period: Period) -> tuple[Joined, ...]:
    """The rows of the figure whose day lies in the period, the first first."""
    counted = rows(METRICS["institutions_attracted"], Clocks(period.last)).subquery()
    shown = (Institution.id, Institution.name, Institution.kind, Institution.city, counted.c.day)
    found: Any = (
        sa.select(*shown)
        .join(counted, counted.c.record_id == Institution.id)
        .where(period.holds(counted.c.day))
        .order_by(counted.c.day, Institution.id)
    )
    return tuple(Joined(*row) for row in db.session.execute(found))
