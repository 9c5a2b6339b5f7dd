"""The courses of figures: the days on which each changed, read once, say what it was on any day."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.keeping import recalled, remember
from crm.core.written import parts_read
from crm.metrics.definitions import FIGURES, METRICS, Metric
from crm.metrics.definitions.metric import NEVER, Days, Facts

Source = tuple[str, Days]  # the first figure that is read from the same facts, and the days that these are narrowed to


@dataclass(frozen=True)
class Measure:
    """A figure's value, and how many rows make it up."""

    value: int
    count: int


@dataclass(frozen=True)
class Course:
    """The days on which facts begin or cease to count, and what they come to from each on: a sum and a number."""

    days: tuple[date, ...]
    values: tuple[int, ...]
    counts: tuple[int, ...]

    def on(self, day: date) -> Measure:
        """What the facts that count on a day come to."""
        place = bisect_right(self.days, day)
        return Measure(self.values[place - 1], self.counts[place - 1]) if place else Measure(0, 0)


def measures(as_of: date, names: Iterable[str] = tuple(FIGURES)) -> dict[str, Measure]:
    """Figures as of a day, by name, all as known now."""
    return {name: one for name, (one,) in courses((as_of,), names).items()}


def courses(days: Days, names: Iterable[str] = tuple(FIGURES)) -> dict[str, list[Measure]]:
    """Of each figure what it was on some days, the earliest first; all as known now.

    Those of which something was written since are read in one statement.
    """
    sources = {name: source_of(METRICS[name], days) for name in names}
    kept = {source: recalled(("course", *source)) for source in sources.values()}
    course_of = {source: answer.value for source, answer in kept.items() if answer}
    for source, course in read_courses(tuple(source for source in kept if source not in course_of)).items():
        course_of[source] = remember(("course", *source), course, parts_of(source)).value
    return {name: [measured(METRICS[name], course_of[source], day) for day in days] for name, source in sources.items()}


def measured(metric: Metric, course: Course, day: date) -> Measure:
    """A figure on a day, by the course of its facts. What counts since a day of the year never ceases to count."""
    now = course.on(day)
    if not metric.since:
        return now
    before = course.on(metric.first_day(day) - timedelta(days=1))
    return Measure(now.value - before.value, now.count - before.count)


SOURCES: dict[Any, str] = {}  # the first figure that is read from some facts, and counts or sums them
for one in METRICS.values():
    SOURCES.setdefault((one.facts, one.is_money), one.name)


def source_of(metric: Metric, days: Days) -> Source:
    return SOURCES[metric.facts, metric.is_money], days if metric.narrows else ()


@lru_cache(maxsize=200)
def parts_of(source: Source) -> frozenset[str]:
    """The parts of tables that a course is read from."""
    return parts_read(str(facts_of(source).compile(db.engine)))


def facts_of(source: Source) -> Facts:
    name, days = source
    return METRICS[name].counting(days)


def read_courses(sources: tuple[Source, ...]) -> dict[Source, Course]:
    """The courses of facts, in one statement."""
    if not sources:
        return {}
    steps: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
    statement = sa.union_all(*(part for number, source in enumerate(sources) for part in steps_of(number, source)))
    for number, day, value, count in db.session.execute(statement):
        earlier = steps[number].get(day, (0, 0))
        steps[number][day] = earlier[0] + int(value), earlier[1] + int(count)
    return {source: in_order(steps[number]) for number, source in enumerate(sources)}


def in_order(steps: dict[date, tuple[int, int]]) -> Course:
    days = tuple(sorted(steps))
    values, counts = (tuple(accumulate(steps[day][place] for day in days)) for place in (0, 1))
    return Course(days, values, counts)


def steps_of(number: int, source: Source) -> list[sa.Select[Any]]:
    """What begins to count on each day, and what ceases to."""
    sums = sums_by_day(source)
    begun = sa.select(sa.literal(number), sums.c.day, sums.c.worth, sums.c.count)
    if "until" not in sums.c:
        return [begun]
    over = sa.select(sa.literal(number), sums.c.until, -sums.c.worth, -sums.c.count)
    return [begun, over.where(sums.c.until.is_not(None))]


def sums_by_day(source: Source) -> sa.CTE:
    """Facts by the days between which they count, if any: how many, and what they come to."""
    metric, found = METRICS[source[0]], facts_of(source)
    facts = found.subquery().c
    worth = sa.func.coalesce(sa.func.sum(facts.amount), 0) if metric.is_money else sa.func.count()
    days = (facts.day, facts.until) if ends(found) else (facts.day,)
    told = sa.select(*days, worth.label("worth"), sa.func.count().label("count")).group_by(*days)
    if ends(found):
        told = told.where(sa.or_(facts.until.is_(None), facts.until > facts.day))
    return told.cte(f"{metric.name}_by_day")


def ends(facts: Facts) -> bool:
    """False when none of the facts can end."""
    return getattr(facts.selected_columns["until"], "element", None) is not NEVER
