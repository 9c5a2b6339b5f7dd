"""Figures drawn: one over time, and the matrix from gross to net."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from crm.funds.look_through import LookThrough, Span
from crm.lib.charts import Chart, Datum, columns
from crm.lib.money import split_money
from crm.lib.waterfall import WIDTH, Step, Waterfall
from crm.lib.waterfall import waterfall as drawn
from crm.metrics.definitions import Metric
from crm.web.filters import count
from crm.web.language import current_language
from crm.web.language import gettext as _


def over_time_chart(metric: Metric, values: Sequence[tuple[date, int]]) -> Chart:
    """The values at the ends of months; a figure never falls below nothing."""
    return columns(
        [
            Datum(
                f"{day.month:02}",
                (max(value, 0),),
                over_column(value) if metric.is_money else count(value),
                str(day.year) if place == 0 or day.month == 1 else "",
            )
            for place, (day, value) in enumerate(values)
        ]
    )


def over_column(fen: int) -> str:
    """An amount that leaves room for its neighbours: from a thousand on in whole units."""
    number, unit = split_money(fen, current_language())
    whole, comma, _rest = number.partition(".")
    if comma and "," in whole:
        number = f"{Decimal(number.replace(',', '')).quantize(1):,}"
    return number + unit.removesuffix("CNY").strip()


def short_money(fen: int) -> str:
    """An amount that fits over a column: its number and unit without the currency."""
    number, unit = split_money(fen, current_language())
    return number + unit.removesuffix("CNY").strip()


def waterfall(found: LookThrough, width: int = WIDTH) -> Waterfall:
    """The matrix looked through: from gross over what lies inside it, level by level, to net."""
    inside = [
        Step(
            _("Inside, level %(number)s", number=level.depth), level.inside.low, level.inside.high, minus(level.inside)
        )
        for level in found.levels
        if level.depth
    ]
    gross, net = found.gross, found.net
    return drawn(
        Step(_("Gross amount"), gross.low, gross.high, short_span(gross)),
        inside,
        Step(_("Net"), net.low, net.high, short_span(net)),
        width,
    )


def minus(span: Span) -> str:
    return f"−{short_span(span)}" if span.is_exact else f"−({short_span(span)})"


def short_span(span: Span) -> str:
    """A range that fits over a block, such as 60.65–68.65亿; "≥" where nothing bounds it."""
    low = short_money(span.low)
    if span.high is None:
        return f"≥ {low}"
    (number, unit), (_number, same) = (split_money(end, current_language()) for end in (span.low, span.high))
    return low if span.is_exact else f"{number if unit == same or not span.low else low}–{short_money(span.high)}"
