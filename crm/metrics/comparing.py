"""Why a figure differs between two times: row by row, in classes that add up to the difference exactly."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.db import db
from crm.metrics.definitions import Metric
from crm.metrics.definitions.metric import NAMES
from crm.metrics.queries import Clocks, facts_of


class Fact(NamedTuple):
    """One row that a figure may count, as `definitions/metric.py` defines it."""

    row_id: int
    record_id: int
    label: str
    detail: str
    day: date
    until: date | None
    amount: int | None

    def counts(self, metric: Metric, as_of: date) -> bool:
        """True when the figure counts it as of a day."""
        return metric.first_day(as_of) <= self.day <= as_of and (self.until is None or self.until > as_of)

    def worth(self, metric: Metric) -> int:
        """What it adds to the figure: 分 in CNY, or one."""
        return (self.amount or 0) if metric.is_money else 1


class Why(enum.StrEnum):
    """NEW: it happened in between. ENDED: it ended in between, or the year did. LATE: it had happened before and was
    not known (补录). CORRECTED: it was known otherwise (更正). REDEFINED: these two between versions of the definition,
    which cannot be told from what the definition itself counts otherwise."""

    NEW = "new"
    ENDED = "ended"
    LATE = "late"
    CORRECTED = "corrected"
    REDEFINED = "redefined"


@dataclass(frozen=True)
class Difference:
    """One row that came, went or changed. `effect`: what it adds to the figure, in the figure's unit."""

    why: Why
    fact: Fact
    effect: int
    before: Fact | None = None


@dataclass(frozen=True)
class Comparison:
    """Two values of a figure, and every row that makes the difference."""

    before: int
    after: int
    differences: tuple[Difference, ...]

    def of(self, why: Why) -> list[Difference]:
        """The rows of one class, the largest effect first."""
        return sorted((one for one in self.differences if one.why == why), key=lambda one: -abs(one.effect))

    def redefined(self) -> Comparison:
        """The same between two versions of the definition."""
        known = [
            replace(one, why=Why.REDEFINED) if one.why in (Why.LATE, Why.CORRECTED) else one for one in self.differences
        ]
        return replace(self, differences=tuple(known))

    def effect(self, why: Why) -> int:
        """What a class adds to the figure."""
        return sum(one.effect for one in self.differences if one.why == why)


def compare(metric: Metric, before: Clocks, after: Clocks) -> Comparison:
    """What changed in a figure from one pair of clocks to another."""
    found = explain(metric, (facts(metric, before), before.as_of), (facts(metric, after), after.as_of))
    return found if version(metric, before) == version(metric, after) else found.redefined()


def version(metric: Metric, clocks: Clocks) -> int:
    """By which version of its definition a figure is asked for."""
    return clocks.version or metric.version


def facts(metric: Metric, clocks: Clocks) -> list[Fact]:
    found = facts_of(metric, clocks.known_at, clocks.version)
    return [Fact(*row) for row in db.session.execute(sa.select(*(found.c[name] for name in NAMES)))]


def explain(metric: Metric, before: tuple[Iterable[Fact], date], after: tuple[Iterable[Fact], date]) -> Comparison:
    """The rows that came, went or changed between two sets of known facts, each counted as of a day."""
    (known_before, day_before), (known_after, day_after) = before, after
    old = {fact.row_id: fact for fact in known_before}
    new = {fact.row_id: fact for fact in known_after}
    found = []
    for row_id in old.keys() | new.keys():
        was, now = old.get(row_id), new.get(row_id)
        counted = was if was is not None and was.counts(metric, day_before) else None
        counts = now if now is not None and now.counts(metric, day_after) else None
        effect = worth(metric, counts) - worth(metric, counted)
        if (counted is None) != (counts is None) or effect:
            why = reason(metric, (was, day_before), (now, day_after))
            found.append(Difference(why, counts or counted or old[row_id], effect, counted))
    return Comparison(total(metric, old.values(), day_before), total(metric, new.values(), day_after), tuple(found))


def reason(metric: Metric, before: tuple[Fact | None, date], after: tuple[Fact | None, date]) -> Why:
    """Why a row counts on one side only, or otherwise than on the other."""
    (was, day_before), (now, day_after) = before, after
    if now is None:
        return Why.CORRECTED
    if was is None:
        return Why.LATE if now.counts(metric, day_before) else Why.NEW
    if was.counts(metric, day_after) == now.counts(metric, day_after) and was.worth(metric) == now.worth(metric):
        return Why.NEW if now.counts(metric, day_after) else Why.ENDED
    return Why.CORRECTED


def worth(metric: Metric, fact: Fact | None) -> int:
    return fact.worth(metric) if fact is not None else 0


def total(metric: Metric, known: Iterable[Fact], as_of: date) -> int:
    return sum(fact.worth(metric) for fact in known if fact.counts(metric, as_of))


def classes(comparison: Comparison) -> Sequence[Why]:
    """The classes that occur, in their order."""
    return [why for why in Why if comparison.of(why)]
