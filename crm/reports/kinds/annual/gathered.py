"""A year of the platform: its figures beside those of the year before, and who stands behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from crm.ask.queries import Question, value_of, year_before
from crm.metrics.definitions import METRICS
from crm.metrics.queries import measures
from crm.reports import figures
from crm.reports.confirmed import Share, shares_on
from crm.reports.figures import Scope
from crm.reports.kinds.annual.queries import Company, Joined, Line, companies_served, institutions_joined, lines_of
from crm.reports.kinds.flow.gathered import Flow, flow_of
from crm.reports.kinds.kind import Asked
from crm.reports.kinds.matrix.gathered import Found, look_at
from crm.reports.periods import Period

TO_DATE = (
    "companies_served",
    "institutions_attracted",
    "institutions_present",
    "fund_matrix_gross",
    "fund_matrix_net",
    "introductions_to_date",
)
IN_YEAR = (
    "companies_served",
    "institutions_attracted",
    "services_to_date",
    "introductions_to_date",
    "amount_signed_to_date",
    "amount_received_to_date",
)
MONTHLY = ("services_to_date", "introductions_to_date", "amount_signed_to_date", "amount_received_to_date")


@dataclass(frozen=True)
class Compared:
    """A figure of the registry and what it was a year before: counts, or 分 in CNY."""

    name: str
    value: int
    before: int


@dataclass(frozen=True)
class Year:
    """What the report says. `to_date`: figures on the last day and on the same day of the year before; `in_year`: of
    the same days of both years. `months`: (last day of the month in the year, values of MONTHLY)."""

    period: Period
    before: Period
    to_date: tuple[Compared, ...]
    in_year: tuple[Compared, ...]
    served_in_year: Compared
    services_by_month: dict[tuple[int, int], tuple[int, int]]
    months: tuple[tuple[date, tuple[int, ...]], ...]
    lines: tuple[Line, ...]
    flow: Flow
    matrix: Found
    companies: tuple[Company, ...]
    joined: tuple[Joined, ...]
    confirmed: tuple[Share, ...]
    options: frozenset[str]


def gather(asked: Asked) -> Year:
    """A calendar year, as far as it has come."""
    period = asked.period
    before = Period(year_before(period.first), year_before(period.last))
    return Year(
        period=period,
        before=before,
        to_date=tuple(as_of(period.last, before.last)),
        in_year=tuple(Compared(name, within(name, period), within(name, before)) for name in IN_YEAR),
        served_in_year=Compared("served_in_year", figures.served(period), figures.served(before)),
        services_by_month=figures.by_month(Scope(), period),
        months=tuple(by_months(period)),
        lines=lines_of(period, before),
        flow=flow_of(period, asked.today, frozenset()),
        matrix=look_at(period.last),
        companies=companies_served(period),
        joined=institutions_joined(period),
        confirmed=shares_on(period.last) if "confirmed" in asked.options else (),
        options=asked.options,
    )


def as_of(day: date, before: date) -> Iterable[Compared]:
    now, then = measures(day, TO_DATE), measures(before, TO_DATE)
    return (Compared(name, now[name].value, then[name].value) for name in TO_DATE)


def within(name: str, period: Period) -> int:
    """What a figure of the registry counts of the facts of a period."""
    return value_of(Question(METRICS[name], period.first, period.last, {}))


def by_months(period: Period) -> Iterable[tuple[date, tuple[int, ...]]]:
    first = period.first
    while first <= period.last:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        month = Period(first, min(following - timedelta(days=1), period.last))
        yield month.last, tuple(within(name, month) for name in MONTHLY)
        first = following
