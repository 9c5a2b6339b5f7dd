"""How the figures came to stand where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from crm.metrics.courses import courses
from crm.metrics.definitions import FIGURES

MONTHS = 12


def ends_of_months(as_of: date) -> list[date]:
    """The last days of the eleven months before a day's month, the oldest first, and the day itself."""
    days = [as_of]
    while len(days) < MONTHS:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def trends(as_of: date, names: Iterable[str] = tuple(FIGURES)) -> dict[str, list[int]]:
    """Of each figure its values on `ends_of_months`, as known now: counts, or 分 in CNY. In one statement."""
    found = courses(tuple(ends_of_months(as_of)), names)
    return {name: [one.value for one in course] for name, course in found.items()}
