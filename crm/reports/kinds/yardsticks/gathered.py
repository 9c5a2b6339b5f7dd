"""The official yardsticks for incubators held to our records, with the companies behind numerator and denominator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm.lib.figures import Unit
from crm.metrics.courses import measures
from crm.metrics.definitions import METRICS
from crm.metrics.definitions.yardsticks import YARDSTICKS, Yardstick
from crm.metrics.models import ReferenceFigure
from crm.metrics.queries import Clocks, every_row, references_beside, rows
from crm.reports.kinds.kind import Asked

FIGURES = ("startups_present", "startups_financed", "startups_comparable", "startups_grown")


@dataclass(frozen=True)
class Published:
    """A figure of others that stands beside a yardstick. `value` and `whole` in its unit."""

    name_zh: str
    name_en: str
    value: int
    whole: int | None
    unit: Unit
    source: str
    day: date


@dataclass(frozen=True)
class Held:
    """A yardstick and what our records say: None where they cannot know. `known`: of how many it is known."""

    yardstick: Yardstick
    numerator: int | None
    denominator: int | None
    known: int | None
    published: tuple[Published, ...]

    @property
    def share(self) -> float | None:
        """The part that reaches it; None of nothing."""
        return self.numerator / self.denominator if self.numerator is not None and self.denominator else None

    @property
    def is_reached(self) -> bool | None:
        """Whether our own records reach it; None where they cannot know."""
        return None if self.share is None else self.share * 100 >= self.yardstick.least


@dataclass(frozen=True)
class Company:
    """A startup of the denominator. `days`: by figure the day since which it counts, for those that count it."""

    id: int
    name: str
    days: dict[str, date]


@dataclass(frozen=True)
class Yardsticks:
    """What the report says, as of a day."""

    day: date
    held: tuple[Held, ...]
    companies: tuple[Company, ...]
    options: frozenset[str]


def gather(asked: Asked) -> Yardsticks:
    """The yardsticks on the last day of a year, or today."""
    day = asked.period.last
    return Yardsticks(day, tuple(held(day)), tuple(companies(day)), asked.options)


def held(day: date) -> Iterable[Held]:
    found = measures(day, FIGURES)
    for one in YARDSTICKS:
        numerator, denominator, known = (
            found[name].value if name else None for name in (one.numerator, one.denominator, one.known)
        )
        published = tuple(told(reference) for reference in references_beside(one.code) if reference.as_of <= day)
        yield Held(one, numerator, denominator, known, published)


def told(one: ReferenceFigure) -> Published:
    return Published(one.name_zh, one.name_en, one.numerator, one.denominator, Unit(one.unit), one.source, one.as_of)


def companies(day: date) -> Iterable[Company]:
    """Every startup in the community, by the day on which it joined, with the figures that count it."""
    days: dict[int, dict[str, date]] = {}
    names: dict[int, str] = {}
    for figure in FIGURES:
        for row in every_row(rows(METRICS[figure], Clocks(day)).subquery()):
            days.setdefault(row.record_id, {})[figure] = row.day
            names[row.record_id] = row.detail or row.label
    ordered = sorted(days, key=lambda one: (days[one][FIGURES[0]], one))
    return (Company(one, names[one], days[one]) for one in ordered)
