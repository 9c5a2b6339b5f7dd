"""The rows behind the figures of a summary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from crm.deals.models import Deal, DealEvent, Receipt
from crm.deals.queries import stands
from crm.institutions.models import Institution
from crm.metrics.definitions import institutions as institution_facts
from crm.reports import figures
from crm.reports.counted import FOR_GOOD, NOTHING, Rows, read
from crm.reports.figures import MET_STAGE, Scope
from crm.reports.kinds.kind import Asked
from crm.reports.kinds.summary.gathered import scope_of
from crm.reports.kinds.summary.values import CREDIT, POLICY, Summary
from crm.reports.periods import Period
from crm.services.models import FINANCE_LINE, Service, ServiceCategory
from crm.settings.queries import terms


def rows_of_summary(asked: Asked, summary: Summary) -> Rows:
    """Those of the figures on its first page."""
    scope = replace(scope_of(asked.about), confirmed=summary.confirmed_by)
    found = {**of_services(scope, summary.period), **of_deals(scope, summary.period)}
    return {**found, **of_platform(scope, summary.period)} if summary.platform else found


def of_services(scope: Scope, period: Period) -> Rows:
    amount = Service.amount_low
    exact = figures.services(scope, period, Service.id, Service.happened_on, FOR_GOOD, amount).where(
        amount == Service.amount_high
    )
    return {
        "services_completed": read(figures.services(scope, period, Service.id, Service.happened_on, FOR_GOOD, NOTHING)),
        **{f"amount_of_{code}": read(exact.where(ServiceCategory.code == code)) for code in (CREDIT, POLICY)},
    }


def of_deals(scope: Scope, period: Period) -> Rows:
    introduced = figures.introduced(scope, period, Deal.id, Deal.introduced_on, FOR_GOOD, NOTHING)
    meetings = figures.meetings(scope, period).items()
    return {
        "introductions": read(introduced),
        "introductions_met": read(introduced.where(has_met(period))),
        "days_to_first_meeting": [
            (deal_id, met, None, (met - begun).days) for deal_id, (begun, met) in meetings if begun >= period.first
        ],
        "amount_signed": read(figures.signings(scope, period, Deal.id, Deal.signed_on, FOR_GOOD, Deal.signed)),
        "amount_received": read(
            figures.tranches(scope, period, Receipt.id, Receipt.received_on, FOR_GOOD, Receipt.amount)
        ),
    }


def has_met(period: Period) -> Any:
    """Which deals came to a meeting or further by the last day."""
    stages = terms("deal_stage")
    met = stages.get(MET_STAGE)
    reached = [code for code, term in stages.items() if met and term.position >= met.position]
    return sa.exists().where(
        DealEvent.deal_id == Deal.id, DealEvent.to_stage.in_(reached), DealEvent.happened_on <= period.last, stands()
    )


def of_platform(scope: Scope, period: Period) -> Rows:
    joined = institution_facts.attracted().where(period.holds(Institution.joined_on)).subquery().c
    return {
        "companies_served_in_period": read(served(scope, period)),
        "institutions_joined_in_period": read(sa.select(joined.row_id, joined.day, joined.until, joined.amount)),
    }


def served(scope: Scope, period: Period) -> sa.Select[Any]:
    """The companies served in a period, each from its first service in it on."""
    first = sa.func.min(Service.happened_on)
    found = figures.services(scope, period, Service.startup_id, first, FOR_GOOD, NOTHING)
    return found.where(ServiceCategory.line == FINANCE_LINE).group_by(Service.startup_id)
