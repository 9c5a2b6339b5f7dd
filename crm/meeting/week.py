"""The week that a Monday meeting looks back on, from Monday to Sunday in Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

AHEAD = timedelta(days=7)
FIRST = date(2000, 1, 3)  # no meeting looks further back


@dataclass(frozen=True)
class Week:
    """A week by its Monday, and the day on which it is told: the Monday of the meeting, or today while it runs.

    `runs`: that day is today.
    """

    first: date
    as_of: date
    runs: bool = True

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)

    @property
    def until(self) -> date:
        """The last day of what is due soon."""
        return self.as_of + AHEAD

    @property
    def before(self) -> date:
        """The Monday of the week before."""
        return self.first - AHEAD

    def after(self, today: date) -> date | None:
        """The Monday of the week after; None where that has not begun."""
        following = self.first + AHEAD
        return following if following <= today else None


def week_of(day: date | None, today: date) -> Week:
    """The week that a day lies in, never a later one than today's.

    Without a day the one that a meeting today is about: on a Monday the week before, else the one that runs.
    """
    chosen = day or (today - timedelta(days=1) if today.weekday() == 0 else today)
    chosen = max(FIRST, min(chosen, today))
    first = chosen - timedelta(days=chosen.weekday())
    as_of = min(today, first + AHEAD)
    return Week(first, as_of, as_of == today)
