"""Stretches of days, and those that people ask for by name: this month, the last quarter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crm.lib.dates import quarter_begins
from crm.lib.text import N_, Message


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    def holds(self, column: Any) -> Any:
        """The SQL condition that a day lies in the period."""
        return column.between(self.first, self.last)


@dataclass(frozen=True)
class Span:
    """A period by a rule: what it is called, and the days that it means on a day."""

    label: Message
    on: Callable[[date], Period]


def month(today: date) -> Period:
    return Period(today.replace(day=1), today)


def quarter(today: date) -> Period:
    return Period(quarter_begins(today), today)


def year(today: date) -> Period:
    return Period(today.replace(month=1, day=1), today)


def before(span: Callable[[date], Period]) -> Callable[[date], Period]:
    """The whole of the stretch before."""
    return lambda today: span(span(today).first - timedelta(days=1))


def week_before(today: date) -> Period:
    monday = today - timedelta(days=today.weekday() + 7)
    return Period(monday, monday + timedelta(days=6))


SPANS = {
    "month": Span(N_("This month"), month),
    "last_month": Span(N_("Last month"), before(month)),
    "quarter": Span(N_("This quarter"), quarter),
    "last_quarter": Span(N_("Last quarter"), before(quarter)),
    "year": Span(N_("This year"), year),
    "last_year": Span(N_("Last year"), before(year)),
    "last_week": Span(N_("Last week"), week_before),
}


def span_called(name: str) -> Span:
    """The span that an address names, with hyphens: last-year."""
    return SPANS[name.replace("-", "_")]
