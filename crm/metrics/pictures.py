"""A figure over time, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crm.lib.charts import Chart, Datum, columns
from crm.lib.money import split_money
from crm.metrics.definitions import Metric
from crm.web.filters import count
from crm.web.language import current_language


def over_time_chart(metric: Metric, values: Sequence[tuple[date, int]]) -> Chart:
    """The values at the ends of months; a figure never falls below nothing."""
    return columns(
        [
            Datum(
                f"{day.month:02}",
                (max(value, 0),),
                short_money(value) if metric.is_money else count(value),
                str(day.year) if place == 0 or day.month == 1 else "",
            )
            for place, (day, value) in enumerate(values)
        ]
    )


def short_money(fen: int) -> str:
    """An amount that fits over a column: its number and unit without the currency."""
    number, unit = split_money(fen, current_language())
    return number + unit.removesuffix("CNY").strip()
