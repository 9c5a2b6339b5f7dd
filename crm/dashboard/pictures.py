"""What the cards draw."""

from __future__ import annotations

from fractions import Fraction

from crm.dashboard.figures import Dashboard
from crm.lib.charts import Chart, Datum, columns
from crm.web.filters import count

SHADES = 5


def served_chart(dashboard: Dashboard) -> Chart:
    """The companies that the finance line served in each month."""
    days, found = dashboard.served.days, dashboard.served.finance
    return columns(
        [
            Datum(f"{day.month:02}", (number,), count(number), str(day.year) if place == 0 or day.month == 1 else "")
            for place, (day, number) in enumerate(zip(days, found, strict=True))
        ]
    )


def percent(share: Fraction | None) -> str:
    """A share as a page shows it: 61%, 0.4%; a dash of nothing."""
    if share is None:
        return "—"
    whole = 100 * float(share)
    return f"{whole:.1f}%" if 0 < whole < 10 else f"{whole:.0f}%"


def width(share: Fraction | None) -> str:
    """How far a bar of 100 reaches, at most all of it."""
    return f"{min(max(100 * float(share or 0), 0), 100):.1f}"


def shade(value: int, largest: int) -> int:
    """0 for nothing, 1 to 5 for shares of the largest."""
    return -(-SHADES * value // largest) if value > 0 and largest else 0
