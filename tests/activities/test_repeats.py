"""When a task that repeats comes again."""

from __future__ import annotations

from datetime import date

import pytest

from crm.activities.models import Repeat
from crm.activities.repeats import next_due


@pytest.mark.parametrize(
    ("repeat", "series_from", "due_on", "done_on", "following"),
    [
        (Repeat.DAILY, date(2026, 6, 12), date(2026, 6, 12), date(2026, 6, 12), date(2026, 6, 13)),
        (Repeat.WEEKLY, date(2026, 6, 8), date(2026, 6, 8), date(2026, 6, 8), date(2026, 6, 15)),
        (Repeat.FORTNIGHTLY, date(2026, 6, 8), date(2026, 6, 8), date(2026, 6, 8), date(2026, 6, 22)),
        # done early: the one that was due next still comes
        (Repeat.WEEKLY, date(2026, 6, 8), date(2026, 6, 15), date(2026, 6, 9), date(2026, 6, 22)),
        # three weeks late: the weeks that passed do not come again
        (Repeat.WEEKLY, date(2026, 6, 1), date(2026, 6, 1), date(2026, 6, 24), date(2026, 6, 29)),
        # the last of a month stays the last of a month, and the 31st is the 31st again in March
        (Repeat.MONTHLY, date(2026, 1, 31), date(2026, 1, 31), date(2026, 1, 31), date(2026, 2, 28)),
        (Repeat.MONTHLY, date(2026, 1, 31), date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 31)),
        (Repeat.QUARTERLY, date(2025, 11, 30), date(2025, 11, 30), date(2025, 11, 30), date(2026, 2, 28)),
        (Repeat.YEARLY, date(2024, 2, 29), date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 28)),
        # put off by two days: the series keeps its Mondays
        (Repeat.WEEKLY, date(2026, 6, 8), date(2026, 6, 10), date(2026, 6, 10), date(2026, 6, 15)),
    ],
)
def test_the_next_day_of_a_series(
    repeat: Repeat, series_from: date, due_on: date, done_on: date, following: date
) -> None:
    assert next_due(repeat, series_from, due_on, done_on) == following
