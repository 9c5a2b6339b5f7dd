"""The clock. Business code is handed the time; only the edges read it here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from crm.lib.dates import SHANGHAI, today_in_shanghai

__all__ = ["SHANGHAI", "day_of", "end_of", "now"]


def now() -> datetime:
    """This moment in UTC, timezone-aware."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in Shanghai on which a moment falls."""
    return today_in_shanghai(moment)


def end_of(day: date) -> datetime:
    """The moment at which a day in Shanghai is over."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
