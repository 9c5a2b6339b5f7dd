"""When a task that repeats comes again."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from crm.activities.models import Repeat

DAYS = {Repeat.DAILY: 1, Repeat.WEEKLY: 7, Repeat.FORTNIGHTLY: 14}
MONTHS = {Repeat.MONTHLY: 1, Repeat.QUARTERLY: 3, Repeat.YEARLY: 12}


def next_due(repeat: Repeat, series_from: date, due_on: date, done_on: date) -> date:
    """The day of the series that follows: after the due day, and not one that had passed when the task was done."""
    after, step = max(due_on, done_on), 1
    while (day := nth(repeat, series_from, step)) <= after:
        step += 1
    return day


def nth(repeat: Repeat, series_from: date, step: int) -> date:
    """The day of a series after so many steps; the 31st is the last day of a shorter month."""
    if repeat in DAYS:
        return series_from + timedelta(days=DAYS[repeat] * step)
    months = series_from.year * 12 + series_from.month - 1 + MONTHS[repeat] * step
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(series_from.day, calendar.monthrange(year, month)[1]))
