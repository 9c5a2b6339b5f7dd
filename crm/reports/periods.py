"""The days that a report covers."""

from __future__ import annotations

from datetime import date

from crm.core.errors import Refusal
from crm.lib.periods import SPANS, Period
from crm.lib.text import N_, Message

__all__ = ["SPANS", "Period", "check_period", "usual_periods", "year_of"]

USUAL = ("month", "last_month", "quarter", "year", "last_year")


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
    named = [(SPANS[name].label, SPANS[name].on(today)) for name in USUAL]
    return [*named, (N_("Since the beginning"), Period(min(earliest or today, today), today))]
