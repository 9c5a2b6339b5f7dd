"""Companies served, and the services that they got."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa

from crm.confirmations.models import Confirmation
from crm.confirmations.queries import confirmed as confirmed_ids
from crm.core.expressions import month_number
from crm.lib.text import N_
from crm.metrics.definitions.metric import Days, Facts, Metric, columns
from crm.services.models import (
    FINANCE_LINE,
    INTRODUCTION,
    ROADSHOW,
    Service,
    ServiceCategory,
    ServiceState,
    ServiceType,
)
from crm.startups.models import Startup

MEETINGS = (INTRODUCTION, ROADSHOW)


def completed(*what: Any, line: str | None = FINANCE_LINE) -> sa.Select[Any]:
    """Completed services of a platform line, by default of the finance line; of all lines for None."""
    found = (
        sa.select(*what)
        .select_from(Service)
        .join(ServiceType, ServiceType.id == Service.type_id)
        .join(ServiceCategory, ServiceCategory.id == ServiceType.category_id)
        .where(
            Service.archived_at.is_(None),
            Service.state == ServiceState.COMPLETED,
        )
    )
    return found if line is None else found.where(ServiceCategory.line == line)


def counted(line: str, category: int, by: str = "") -> sa.ColumnElement[bool]:
    """The completed services of a line, of any category or of one, of startups that are not in the bin; told without
    reading more than the service. `by`: those that a side confirmed, or both."""
    types = (
        sa.select(ServiceType.id)
        .join(ServiceCategory, ServiceCategory.id == ServiceType.category_id)
        .where(ServiceCategory.line == line)
    )
    if category:
        types = types.where(ServiceCategory.id == category)
    binned = sa.select(Startup.id).where(Startup.archived_at.is_not(None))
    return sa.and_(
        Service.archived_at.is_(None),
        Service.state == ServiceState.COMPLETED,
        Service.type_id.in_(types),
        Service.startup_id.not_in(binned),
        *([Service.id.in_(confirmed_ids(Confirmation.service_id, by))] if by else []),
    )


def names_of(startup_id: Any) -> tuple[Any, Any]:
    """What a startup is called, looked up for those rows only that are shown."""
    return tuple(  # type: ignore[return-value]
        sa.select(name).where(Startup.id == startup_id).scalar_subquery() for name in (Startup.name, Startup.short_name)
    )


@lru_cache(maxsize=64)  # so that figures of one statement share what they read
def first_served(line: str, category: int, by: str = "") -> sa.CTE:
    """Each startup with the days of its first service of a line, and of its first meeting of investors in it."""
    meetings = (
        sa.select(ServiceType.id)
        .join(ServiceCategory, ServiceCategory.id == ServiceType.category_id)
        .where(ServiceCategory.code.in_(MEETINGS))
    )
    day = Service.happened_on
    met = sa.func.min(sa.case((Service.type_id.in_(meetings), day)))
    found = sa.select(Service.startup_id, sa.func.min(day).label("served"), met.label("met"))
    name = f"first_served_{by}" if by else "first_served"
    return found.where(counted(line, category, by)).group_by(Service.startup_id).cte(name)


def companies(first: str, *, line: str = FINANCE_LINE, category: int = 0, confirmed: str = "") -> Facts:
    """Each startup with its first service of a line, of any kind or with investors."""
    found = first_served(line, category, confirmed).c
    names = names_of(found.startup_id)
    return sa.select(*columns(found.startup_id, found.startup_id, *names, found[first])).where(
        found[first].is_not(None)
    )


def months_served(*, line: str = FINANCE_LINE, category: int = 0, confirmed: str = "", on: Days = ()) -> Facts:
    """Each startup once a month with its first service of it, of a line and of any category or of one.

    `on`: only of the months until these days.
    """
    what = (Service.startup_id, sa.func.min(Service.happened_on).label("day"), sa.func.min(Service.id).label("id"))
    served = (
        sa.select(*what)
        .where(counted(line, category, confirmed))
        .group_by(Service.startup_id, month_number(Service.happened_on))
    )
    if on:
        served = served.where(Service.happened_on.between(min(on).replace(day=1), max(on)))
    first = served.subquery().c
    return sa.select(*columns(first.id, first.startup_id, *names_of(first.startup_id), first.day))


def services(*, line: str = FINANCE_LINE, category: int = 0, confirmed: str = "") -> Facts:
    startup, _ = names_of(Service.startup_id)
    kind = sa.select(ServiceType.name_zh).where(ServiceType.id == Service.type_id).scalar_subquery()
    found = sa.select(*columns(Service.id, Service.id, startup, kind, Service.happened_on))
    return found.where(counted(line, category, confirmed))


SERVED_HEADINGS = (N_("Startup"), N_("Short name"), N_("First served on"))
SERVICE_HEADINGS = (N_("Startup"), N_("Service"), N_("Date"))
COMPLETED = N_("Completed services of the finance line, by the day of the service.")

METRICS = (
    Metric(
        "companies_served",
        N_("Companies served"),
        N_("Startups with at least one completed service of the finance line on or before the day."),
        "count",
        N_("companies"),
        "startup",
        SERVED_HEADINGS,
        partial(companies, "served"),
        of_services=True,
        confirmable=True,
    ),
    Metric(
        "companies_served_by_introduction_or_roadshow",
        N_("Companies served by introduction or roadshow"),
        N_("Of the companies served: those with a completed introduction or roadshow on or before the day."),
        "count",
        N_("companies"),
        "startup",
        SERVED_HEADINGS,
        partial(companies, "met"),
        of_services=True,
    ),
    Metric(
        "companies_served_this_month",
        N_("Companies served in the month"),
        N_(
            "Startups with at least one completed service of the finance line from the first of the day's month to "
            "the day."
        ),
        "count",
        N_("companies"),
        "startup",
        (N_("Startup"), N_("Short name"), N_("First served in the month on")),
        months_served,
        since="month",
        of_services=True,
        confirmable=True,
        narrows=True,
    ),
    Metric(
        "services_to_date",
        N_("Services"),
        COMPLETED,
        "count",
        N_("services"),
        "service",
        SERVICE_HEADINGS,
        services,
        of_services=True,
        confirmable=True,
    ),
    Metric(
        "services_this_year",
        N_("Services this year"),
        COMPLETED,
        "count",
        N_("services"),
        "service",
        SERVICE_HEADINGS,
        services,
        since="year",
        of_services=True,
    ),
)
