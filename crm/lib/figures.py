"""Reported figures as people write and read them: money, shares, plain numbers."""

from __future__ import annotations

import enum
import re
from decimal import Decimal
from fractions import Fraction

from crm.lib.money import format_money, parse_form_amount
from crm.lib.text import N_, Unreadable, plain


class Unit(enum.StrEnum):
    """What a figure counts: 分, single things, hundredths of a percent, or thousandths of a multiple."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    MULTIPLE = "ratio"


MOST = 10**15
TIMES = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "K": 10**3, "M": 10**6}
_SHARE = re.compile(r"(?P<sign>[-−]?)(?P<number>\d{1,4}(?:\.\d{1,2})?)\s?%?")
_MULTIPLE = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3})?)\s?[x×倍]?", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?)\s?(?P<times>千万|百万|[千万亿KM]?)\s?(?:家|个|人|名)?", re.IGNORECASE
)


def read_figure(text: str, unit: Unit) -> int:
    """A figure in its unit: 分, hundredths of a percent, single things, thousandths of one. Raises Unreadable."""
    readers = {
        Unit.MONEY: read_money,
        Unit.PERCENT: read_share,
        Unit.COUNT: read_count,
        Unit.MULTIPLE: read_multiple,
    }
    return readers[unit](plain(text))


def read_money(text: str) -> int:
    loss = text.startswith(("-", "−"))
    amount = parse_form_amount(text.lstrip("-− "))
    if amount.exact is None:
        raise Unreadable(N_("Write one exact amount, such as 30M or 0.3B."))
    return -amount.exact if loss else amount.exact


def read_share(text: str) -> int:
    match = _SHARE.fullmatch(text)
    if match is None:
        raise Unreadable(N_("Write a share such as 61.5%."))
    hundredths = int(Decimal(match["number"]) * 100)
    return -hundredths if match["sign"] else hundredths


def read_count(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    number = Decimal(match["number"].replace(",", "")) * TIMES[match["times"].upper()] if match else Decimal("0.5")
    if number != int(number) or number > MOST:
        raise Unreadable(N_("Write a whole number such as 1,200."))
    return int(number)


def read_multiple(text: str) -> int:
    match = _MULTIPLE.fullmatch(text)
    if match is None:
        raise Unreadable(N_("Write a multiple such as 1.45x."))
    return int(Decimal(match["number"]) * 1000)


def show_figure(value: int, unit: Unit, language: str, currency: str = "CNY") -> str:
    """A figure with its unit, as a page shows it; single things as a number, for their name says what they are."""
    if unit == Unit.MONEY:
        return format_money(value, language, currency)
    if unit == Unit.PERCENT:
        return f"{Decimal(value) / 100:f}%"
    if unit == Unit.MULTIPLE:
        return f"{Decimal(value) / 1000:.3f}".removesuffix("0") + "×"
    return f"{value:,}"


def show_ratio(ratio: Fraction | None) -> str:
    """A multiple to two decimals, half rounded up; a dash where there is none."""
    if ratio is None:
        return "—"
    hundredths = (200 * ratio.numerator + ratio.denominator) // (2 * ratio.denominator)
    return f"{hundredths / 100:.2f}"


def show_rate(rate: float) -> str:
    """A rate in percent to one decimal; one that rounds to zero has no sign."""
    return f"{round(100 * rate, 1) + 0.0:.1f}"
