"""How values look on a page: money, days, moments, words of a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from flask import Flask
from markupsafe import Markup

from crm.core.clock import SHANGHAI, day_of
from crm.core.clock import now as clock_now
from crm.lib.figures import Unit, show_figure, show_rate, show_ratio
from crm.lib.money import Amount, format_amount, format_exact, format_exact_amount, format_money, split_money
from crm.lib.names import told_apart
from crm.web.language import current_language, translate

DASH = "—"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Labelled(Protocol):
    """What has a name in each language, such as an entry of the service catalogue."""

    def label(self, language: str) -> str: ...


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=money,
        money_exact=money_exact,
        figure=figure,
        reported=reported,
        ratio=show_ratio,
        rate=show_rate,
        day=day,
        moment=moment,
        days_since=days_since,
        count=count,
        file_size=file_size,
        label=label,
        listed=listed,
        message=translate,
        whole_days=whole_days,
    )
    app.jinja_env.globals.update(in_language=in_language, amount_of=Amount, told_apart=told_apart)


def money(value: int | Amount | None, currency: str = "CNY") -> str:
    """分 or an Amount, rounded for reading: ¥3,000 万, 1.23 亿."""
    if isinstance(value, Amount):
        return format_amount(value, current_language(), currency)
    return format_money(value, current_language(), currency)


def reported(value: int, unit: Unit) -> str:
    """A figure with its unit: ¥4,260 万, 61.5%, 1,200."""
    return show_figure(value, unit, current_language())


def money_exact(value: int | Amount | None, currency: str = "CNY") -> str:
    """分 or an Amount to the last fen, for titles and exports."""
    if isinstance(value, Amount):
        return format_exact_amount(value, current_language(), currency)
    return format_exact(value, current_language(), currency)


def figure(fen: int | None, currency: str = "CNY") -> Markup:
    """分 as a large number with a small unit."""
    number, unit = split_money(fen, current_language(), currency)
    return Markup('{}<span class="unit">{}</span>').format(number, unit) if unit else Markup.escape(number)


def day(value: date | None) -> str:
    """A day as 2025-03-18."""
    return value.isoformat() if value else DASH


def whole_days(text: str) -> Markup:
    """A text whose days never break at their hyphens."""
    return Markup(DAY.sub(r'<span class="nowrap">\g<0></span>', str(Markup.escape(text))))  # noqa: S704 - escaped above


def moment(value: datetime | None) -> str:
    """A moment on the clock of Shanghai, to the minute."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else DASH


def days_since(value: date) -> int:
    """How many days have passed since a day, on the clock of Shanghai; below zero for a day to come."""
    return (day_of(clock_now()) - value).days


def count(value: int | None) -> str:
    """A whole number with thousands separators."""
    return f"{value:,}" if value is not None else DASH


def file_size(value: int) -> str:
    """Bytes as people say it: 640 KB, 3.2 MB."""
    return f"{max(1, round(value / 1024)):,} KB" if value < 1024**2 else f"{value / 1024**2:.1f} MB"


def label(value: Labelled) -> str:
    """The name of an entry of the catalogue in the reader's language."""
    return value.label(current_language())


def in_language(chinese: str, english: str) -> str:
    """A name in the reader's language; the Chinese one where the English one is missing."""
    return english if english and current_language() == "en" else chinese


def listed(texts: Iterable[str]) -> str:
    """Several names in one line, set apart as the reader's language does; a dash for none."""
    return (", " if current_language() == "en" else "、").join(texts) or DASH
