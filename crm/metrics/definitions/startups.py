"""Companies served, and the services that they got."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.lib.text import N_
from crm.metrics.definitions.metric import Facts, Metric, columns
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


def companies(codes: tuple[str, ...] | None = None, *, line: str = FINANCE_LINE, category: int = 0) -> Facts:
    """Each startup with its first service of a line, of any category or of these."""
    served = completed(Service.startup_id, sa.func.min(Service.happened_on).label("first"), line=line)
    if category:
        served = served.where(ServiceCategory.id == category)
    if codes is not None:
        served = served.where(ServiceCategory.code.in_(codes))
    first = served.group_by(Service.startup_id).subquery()
    return (
        sa.select(*columns(Startup.id, Startup.id, Startup.name, Startup.short_name, first.c.first))
        .join(first, first.c.startup_id == Startup.id)
        .where(Startup.archived_at.is_(None))
    )


def months_served(*, line: str = FINANCE_LINE, category: int = 0) -> Facts:
    """Each startup once a month with its first service of it, of a line and of any category or of one."""
    month = sa.extract("year", Service.happened_on) * 12 + sa.extract("month", Service.happened_on)
    what = (Service.startup_id, sa.func.min(Service.happened_on).label("first"), sa.func.min(Service.id).label("id"))
    served = completed(*what, line=line)
    if category:
        served = served.where(ServiceCategory.id == category)
    first = served.group_by(Service.startup_id, month).subquery()
    return (
        sa.select(*columns(first.c.id, Startup.id, Startup.name, Startup.short_name, first.c.first))
        .join(first, first.c.startup_id == Startup.id)
        .where(Startup.archived_at.is_(None))
    )


def services(*, line: str = FINANCE_LINE, category: int = 0) -> Facts:
    what = columns(Service.id, Service.id, Startup.name, ServiceType.name_zh, Service.happened_on)
    found = completed(*what, line=line).join(Startup, Startup.id == Service.startup_id)
    found = found.where(Startup.archived_at.is_(None))
    return found.where(ServiceCategory.id == category) if category else found


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
        companies,
        of_services=True,
    ),
    Metric(
        "companies_served_by_introduction_or_roadshow",
        N_("Companies served by introduction or roadshow"),
        N_("Of the companies served: those with a completed introduction or roadshow on or before the day."),
        "count",
        N_("companies"),
        "startup",
        SERVED_HEADINGS,
        partial(companies, (INTRODUCTION, ROADSHOW)),
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
