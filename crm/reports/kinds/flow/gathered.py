"""The deals introduced in a period and what became of them by its last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm.analytics.filters import Filters
from crm.analytics.queries.forecast import Forecast, forecast
from crm.analytics.queries.funnel import Funnel, funnel
from crm.analytics.queries.groups import Tally, cohorts, tallies
from crm.analytics.queries.institutions import Responses, everybody, responses
from crm.analytics.queries.reasons import Endings, endings
from crm.reports import figures
from crm.reports.figures import Scope
from crm.reports.kinds.kind import Asked
from crm.reports.kinds.summary.values import Sum
from crm.reports.periods import Period


@dataclass(frozen=True)
class Flow:
    """What the report says. `signed` and `received` count by their own days in the period, whenever the deal was
    introduced; all else is of the deals introduced in it, as they stood on its last day."""

    period: Period
    filters: Filters
    introduced: tuple[int, int, int]
    signed: Sum
    received: Sum
    funnel: Funnel
    months: tuple[Tally, ...]
    sectors: tuple[Tally, ...]
    kinds: tuple[Tally, ...]
    endings: Endings
    all_answers: Responses
    answers: tuple[Responses, ...]
    forecast: Forecast
    options: frozenset[str]


def gather(asked: Asked) -> Flow:
    """The deal flow of a period."""
    return flow_of(asked.period, asked.today, asked.options)


def flow_of(period: Period, today: date, options: frozenset[str]) -> Flow:
    """The deal flow of a period, as it stood on its last day."""
    day, scope = period.last, Scope()
    at = day if day < today else None
    filters = Filters(period.first, day, at=at)
    return Flow(
        period=period,
        filters=filters,
        introduced=figures.introductions(scope, period),
        signed=Sum(*figures.signed(scope, period)),
        received=Sum(*figures.received(scope, period)),
        funnel=funnel(filters, day),
        months=cohorts(filters, day),
        sectors=tallies(filters, day, "layer"),
        kinds=tallies(filters, day, "kind"),
        endings=endings(filters, day),
        all_answers=everybody(filters, day),
        answers=responses(filters, day),
        forecast=forecast(Filters(at=at), day),
        options=options,
    )
