"""The days that a summary covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crm.core.errors import Refusal
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


def year_of(year: int, today: date) -> Period:
    """A calendar year, as far as it has come."""
    last = date(year, 12, 31)
    return Period(date(year, 1, 1), min(last, today) if year == today.year else last)


def check_period(period: Period, today: date) -> None:
    """Raise Refusal unless the period runs forwards and is not in the future."""
    if period.last < period.first:
        raise Refusal({"to_day": N_("The period ends before it begins.")})
    if period.last > today:
        raise Refusal({"to_day": N_("This day has not come yet.")})


def usual_periods(today: date, earliest: date | None) -> list[tuple[Message, Period]]:
    """The periods that people ask for, each by its name. `earliest`: the day of the first record."""
    january = today.replace(month=1, day=1)
    quarter = quarter_begins(today)
    last_year = Period(january.replace(year=today.year - 1), january - timedelta(days=1))
    return [
        (N_("This month"), Period(today.replace(day=1), today)),
        (N_("This quarter"), Period(quarter, today)),
        (N_("This year"), Period(january, today)),
        (N_("Last year"), last_year),
        (N_("Since the beginning"), Period(min(earliest or january, today), today)),
    ]
