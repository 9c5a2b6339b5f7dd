"""Values as a report shows them on paper, in the language at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from crm.lib.money import Amount, split_money
from crm.lib.sheets import Kind
from crm.metrics.definitions import Metric
from crm.reports.content import Cell, Definition, Key, Value
from crm.reports.periods import Period
from crm.services.outcomes import OutcomeField, told_value
from crm.settings.platform import identity
from crm.web.filters import count, day, money
from crm.web.language import current_language, translate
from crm.web.language import gettext as _

UNITS = {"zh_CN": 10_000 * 100, "en": 1_000_000 * 100}  # 分: tables count in 万元 or millions
PLACES = {"zh_CN": 2, "en": 4}  # decimals: both to 100 yuan
DASH = "—"
PAPER, UNDER = 300, 100  # characters of a cell, and of each line below it: a row must fit on a page


def platform_name() -> str:
    """The platform's name in the language at hand."""
    return identity().name


def disclaimer() -> str:
    """What every profile carries."""
    return identity().disclaimer


def languages() -> dict[str, str]:
    """The languages of a report in words."""
    return {"zh": _("Chinese"), "en": _("English"), "both": _("Both")}


def days_of(period: Period) -> str:
    """The days of a period."""
    return _("%(first)s to %(last)s", first=day(period.first), last=day(period.last))


def table_unit() -> str:
    """The unit of money in tables."""
    return _("CNY 10,000") if current_language() != "en" else _("CNY million")


def in_unit(fen: int | None) -> str:
    """分 in the unit of the tables, to the hundred yuan: 3,000 or 1.5; a dash for None."""
    if fen is None:
        return DASH
    language = current_language()
    number = round(Decimal(fen) / UNITS[language], PLACES[language])
    return f"{number:,f}".rstrip("0").rstrip(".") if number else "0"


def amount_in_unit(amount: Amount) -> str:
    """An Amount in the unit of the tables: one number, both ends of a range, or the words."""
    if amount.low is None or amount.high is None:
        return amount.text or DASH
    ends = dict.fromkeys((in_unit(amount.low), in_unit(amount.high)))
    return "–".join(ends)


def as_cell(value: Value | Cell) -> Cell:
    """A value of a table as a cell."""
    cell = value if isinstance(value, Cell) else Cell(value)
    if len(cell.shown) > PAPER or any(len(one) > UNDER for one in cell.under):
        return replace(cell, shown=cut(cell.shown), under=tuple(cut(one, UNDER) for one in cell.under))
    return cell


def cut(text: str, most: int = PAPER) -> str:
    """What paper holds of a text in a table. The workbook has all of it."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def on_paper(value: Value, kind: Kind) -> str:
    """A value of a table, by what its column holds; a dash for what is not known."""
    if isinstance(value, Amount):
        return amount_in_unit(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str) or value is None:
        return cut(value) if value else DASH
    shown: dict[Kind, Callable[[Any], str]] = {Kind.MONEY: in_unit, Kind.SHARE: share, Kind.NUMBER: number}
    return shown.get(kind, count)(value)


def share(value: float) -> str:
    """A part of one in percent, to one decimal."""
    return f"{value:.1%}"


def number(value: float | None) -> str:
    """A median, a multiple: 10, 10.5 or 1.46; a dash for None."""
    return DASH if value is None else f"{round(value, 2):,g}"


def key_parts(key: Key) -> tuple[str, str]:
    """A figure of the first page as a large number and its unit: ("3,000", "万元"), ("148", "家")."""
    if key.value is None:
        return DASH, ""
    if key.unit == Kind.MONEY:
        return figure_parts(int(key.value))
    if key.unit == Kind.SHARE:
        return f"{100 * key.value:.1f}", "%"
    return (number(key.value) if key.unit == Kind.NUMBER else count(int(key.value))), key.noun


def figure_parts(fen: int) -> tuple[str, str]:
    """分 as a large number and its unit: ("3,000", "万元")."""
    told, unit = split_money(fen, current_language())
    return told, unit if current_language() == "en" else f"{unit.removesuffix('元')}元"


def told_outcome(field: OutcomeField, value: Any) -> str:
    """One measured outcome of a service: its name, its value and its unit."""
    language = current_language()
    return _("%(name)s: %(value)s", name=field.label(language), value=told_value(field, value, language, translate))


def metric_definition(metric: Metric) -> Definition:
    """What a figure of the registry counts."""
    return Definition(translate(metric.title), translate(metric.definition), metric.name, metric.version)


def figure_told(value: float | date | None, unit: Kind) -> str:
    """A figure as a sentence tells it: 102, 30.5亿元, 增长12.3%."""
    if isinstance(value, date):
        return long_day(value)
    if unit == Kind.SHARE:
        return growth_told(value)
    if value is None:
        return DASH
    if unit == Kind.MONEY:
        return money(int(value)) if current_language() == "en" else "".join(figure_parts(int(value)))
    return count(int(value))


def growth_told(value: float | None) -> str:
    if value is None:
        return _("not comparable, nothing a year before")
    size = f"{abs(value):.1%}"
    return _("up %(size)s", size=size) if value > 0 else _("down %(size)s", size=size) if value < 0 else _("unchanged")


def long_day(day: date) -> str:
    """2026年6月12日."""
    return format_date(day, "long", current_language())
