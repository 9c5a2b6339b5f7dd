"""The names by which texts and forms ask for figures.

    companies_served              the figure as of the last day of the period
    companies_served@2026-06-30   as of another day
    companies_served.new          what the period added
    companies_served.change       growth against the same day a year before, as a part of one

A name is that of a metric of the registry, what is asked of it (`MEASURES`), and for a value a day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crm.lib.sheets import Kind
from crm.lib.text import N_, Message
from crm.metrics.courses import measures
from crm.metrics.definitions import METRICS, Metric, limited_to
from crm.metrics.queries import value_of
from crm.reports.periods import Period

NAME = re.compile(r"([a-z_]+)(?:\.([a-z_]+))?(?:@(\d{4}-\d{2}-\d{2}))?")
MEASURES: dict[str, Message] = {
    "": N_("as of the last day of the period"),
    "last_year": N_("on the same day a year before"),
    "change": N_("growth against the same day a year before"),
    "new": N_("added in the period"),
    "new_last_year": N_("added in the same period a year before"),
    "new_change": N_("what the period added against the same period a year before"),
}
AT_A_DAY = ("", "last_year", "change")
DAYS: dict[str, Message] = {
    "as_of": N_("the last day of the period"),
    "begins": N_("the first day of the period"),
}
Number = int | float | date | None
Look = Callable[[Metric, date], int]
SIMILAR, CLOSE = 3, 0.6


@dataclass(frozen=True)
class Name:
    """What a name asks for: a measure of a metric, on `day` where it names one; or (no metric) a day by `word`."""

    word: str
    metric: str = ""
    measure: str = ""
    day: date | None = None

    @property
    def unit(self) -> Kind:
        """What its value is."""
        if not self.metric:
            return Kind.DAY
        if self.measure.endswith("change"):
            return Kind.SHARE
        return Kind.MONEY if METRICS[self.metric].is_money else Kind.COUNT

    @property
    def title(self) -> Message:
        """What the metric is called, or which day it is."""
        return METRICS[self.metric].title if self.metric else DAYS[self.word]

    def limited_to(self, confirmed_by: str) -> Name:
        """The same word for what was confirmed by a side, where one is named."""
        return replace(self, metric=limited_to(self.metric, confirmed_by).name) if self.metric else self


def every_name() -> Iterator[Name]:
    """All names that can be used, without those that name a day."""
    yield from map(Name, DAYS)
    for metric in METRICS.values():
        yield from (Name(joined(metric.name, measure), metric.name, measure) for measure in measures_of(metric))


def measures_of(metric: Metric) -> tuple[str, ...]:
    """What can be asked of a metric; one that begins anew each year or month adds nothing in a period."""
    return AT_A_DAY if metric.since else tuple(MEASURES)


def joined(metric: str, measure: str) -> str:
    return f"{metric}.{measure}" if measure else metric


def read_name(text: str) -> Name | None:
    """What a text asks for; None for what is no name."""
    word = text.strip()
    if word in DAYS:
        return Name(word)
    found = NAME.fullmatch(word)
    if not found or found[1] not in METRICS or (found[2] or "") not in measures_of(METRICS[found[1]]):
        return None
    day = day_named(found[3])
    is_wrong = found[3] and (day is None or (found[2] or "") not in AT_A_DAY)
    return None if is_wrong else Name(word, found[1], found[2] or "", day)


def day_named(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def similar(text: str) -> list[str]:
    """Names that somebody may have meant."""
    from difflib import get_close_matches

    return get_close_matches(text.strip().lower(), [one.word for one in every_name()], SIMILAR, CLOSE)


def counted_days(name: Name, period: Period) -> tuple[date | None, date]:
    """(the first day, or from the beginning; the last day) of what a name counts; a growth is counted as it stands."""
    if name.measure in ("last_year", "new_last_year"):
        period = a_year_before(period)
    since = period.first if name.measure.startswith("new") else None
    return since, name.day or period.last


def values(names: Iterable[Name], period: Period) -> dict[str, Number]:
    """{word: what it stands for} over a period, in one statement a day."""
    asked, days = list(names), defaultdict(set)

    def note(metric: Metric, day: date) -> int:
        days[day].add(metric.name)
        return 0

    for name in asked:
        value(name, period, note)
    found = {day: measures(day, sorted(wanted)) for day, wanted in days.items()}
    return {name.word: value(name, period, lambda metric, day: found[day][metric.name].value) for name in asked}


def value(name: Name, period: Period, value_of: Look = value_of) -> Number:
    """What a name stands for, over a period: a count, 分 in CNY, a part of one or a day; None where nothing can be
    compared. `value_of`: who knows what a metric is on a day."""
    if not name.metric:
        return period.last if name.word == "as_of" else period.first
    metric, last = METRICS[name.metric], name.day or period.last
    is_at_a_day = name.measure in AT_A_DAY

    def added(within: Period) -> int:
        return value_of(metric, within.last) - value_of(metric, within.first - timedelta(days=1))

    def before() -> int:
        return value_of(metric, year_before(last)) if is_at_a_day else added(a_year_before(period))

    if name.measure.endswith("last_year"):
        return before()
    now = value_of(metric, last) if is_at_a_day else added(period)
    return growth(now, before()) if name.measure.endswith("change") else now


def growth(now: int, before: int) -> float | None:
    """Growth as a part of one; None from nothing."""
    return (now - before) / before if before else None


def a_year_before(period: Period) -> Period:
    return Period(year_before(period.first), year_before(period.last))


def year_before(day: date) -> date:
    """The same day a year before; 28 February for 29 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
