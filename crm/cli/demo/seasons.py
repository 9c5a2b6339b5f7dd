"""When a desk works: few days around the Spring Festival, many before the half-year and the year end, no weekends."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

WEIGHTS = {1: 8, 2: 3, 3: 11, 4: 11, 5: 12, 6: 14, 7: 8, 8: 6, 9: 11, 10: 8, 11: 14, 12: 12}
NATIONAL_DAYS = range(1, 8)


def working_days(first: date, last: date) -> Sequence[date]:
    """The days from the first to the last on which somebody is at the desk."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5 and not (day.month == 10 and day.day in NATIONAL_DAYS)]


class Seasons:
    """Draws days of a period as often as the season is busy."""

    def __init__(self, first: date, last: date, chance: random.Random) -> None:
        self.days = working_days(first, last)
        self.weights = [WEIGHTS[day.month] for day in self.days]
        self.chance = chance

    def day(self) -> date:
        """Some working day."""
        return self.chance.choices(self.days, self.weights)[0]
