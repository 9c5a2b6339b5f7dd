"""A year of the platform: its figures beside those of the year before, and who stands behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from crm.ask.queries import Question, value_of, year_before
from crm.metrics.courses import measures
from crm.metrics.definitions import Metric, limited_to
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
    """A figure and what it was a year before: counts, or 分 in CNY. `metric`: that of the registry, if it is one."""

    name: str
    value: int
    before: int
    metric: Metric | None = None


@dataclass(frozen=True)
class Year:
    """What the report says. `to_date`: figures on the last day and on the same day of the year before; `in_year`: of
    the same days of both years. `months`: (last day of the month in the year, values of MONTHLY). `confirmed_by`: the
    side that confirmed all companies, services and amounts; "" where everything counts."""

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
    confirmed_by: str


def gather(asked: Asked) -> Year:
    """A calendar year, as far as it has come."""
    period = asked.period
    before = Period(year_before(period.first), year_before(period.last))
    by = asked.confirmed_by
    scope = Scope(confirmed=by)
    return Year(
        period=period,
        before=before,
        to_date=tuple(as_of(period.last, before.last, by)),
        in_year=tuple(in_year(name, limited_to(name, by), period, before) for name in IN_YEAR),
        served_in_year=Compared("served_in_year", figures.served(scope, period), figures.served(scope, before)),
        services_by_month=figures.by_month(scope, period),
        months=tuple(by_months(period, by)),
        lines=lines_of(scope, period, before),
        flow=flow_of(period, asked.today, frozenset()),
        matrix=look_at(period.last),
        companies=companies_served(scope, period),
        joined=institutions_joined(period),
        confirmed=shares_on(period.last) if "confirmed" in asked.options else (),
        options=asked.options,
        confirmed_by=by,
    )


def as_of(day: date, before: date, by: str) -> Iterable[Compared]:
    metrics = {name: limited_to(name, by) for name in TO_DATE}
    wanted = [metric.name for metric in metrics.values()]
    now, then = measures(day, wanted), measures(before, wanted)
    return (Compared(name, now[one.name].value, then[one.name].value, one) for name, one in metrics.items())


def in_year(name: str, metric: Metric, period: Period, before: Period) -> Compared:
    return Compared(name, within(metric, period), within(metric, before), metric)


def within(metric: Metric, period: Period) -> int:
    """What a figure of the registry counts of the facts of a period."""
    return value_of(Question(metric, period.first, period.last, {}))


def by_months(period: Period, by: str) -> Iterable[tuple[date, tuple[int, ...]]]:
    first = period.first
    while first <= period.last:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        month = Period(first, min(following - timedelta(days=1), period.last))
        yield month.last, tuple(within(limited_to(name, by), month) for name in MONTHLY)
        first = following
