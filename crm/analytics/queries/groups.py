"""The same deals side by side: by sector, institution type, owner, round, stage or quarter; by month as cohorts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.analytics.figures import FIGURES
from crm.analytics.filters import Filters
from crm.analytics.history import MET_STAGE, histories, stages
from crm.core.db import db
from crm.core.keeping import until_written
from crm.deals.models import FUNDED_STAGE, SIGNED_STAGE

MILESTONES = (MET_STAGE, "due_diligence", "term_sheet", SIGNED_STAGE, FUNDED_STAGE)
BY = {
    "layer": "layer",
    "vertical": "vertical",
    "kind": "kind",
    "owner": "owner_id",
    "round": "round",
    "stage": "stage",
}
QUARTER = "quarter"


@dataclass(frozen=True)
class Tally:
    """What became of the deals of one group. `key`: the value they share, or (year, month or quarter).

    `reached`: deals that got as far as each milestone, in the order of milestones().
    """

    key: Any
    introduced: int
    reached: tuple[int, ...]
    passed: int
    open: int


def milestones() -> tuple[str, ...]:
    """The stages that groups are compared by, as far as the vocabulary has them."""
    return tuple(code for code in MILESTONES if code in stages())


def tallies(filters: Filters, as_of: date, by: str) -> tuple[Tally, ...]:
    """The deals that filters choose, by a name in BY or by quarter; the largest group first, quarters in order."""
    question = ("tallies", filters, as_of, by, tuple(stages()))
    if by == QUARTER:
        return until_written(question, lambda: merged(cohorts(filters, as_of), lambda key: (key[0], (key[1] + 2) // 3)))
    return until_written(
        question, lambda: largest_first(read_tallies(filters, as_of, lambda table: (table.c[BY[by]],)))
    )


def cohorts(filters: Filters, as_of: date) -> tuple[Tally, ...]:
    """The deals that filters choose by (year, month) of their introduction, the first month first."""

    def month(table: Any) -> tuple[Any, ...]:
        day = table.c.introduced_on
        return sa.extract("year", day), sa.extract("month", day)

    question = ("cohorts", filters, as_of, tuple(stages()))
    return until_written(question, lambda: tuple(sorted(read_tallies(filters, as_of, month), key=lambda one: one.key)))


def read_tallies(filters: Filters, as_of: date, keys: Callable[[Any], tuple[Any, ...]]) -> list[Tally]:
    history = histories(filters, as_of)
    group = keys(history.table)
    reached = [history.counted(history.reached(code)) for code in milestones()]
    others = [history.counted(FIGURES[name].where(history, "")) for name in ("passed", "open")]
    rows = db.session.execute(sa.select(*group, sa.func.count(), *reached, *others).group_by(*group))
    width = len(group)
    return [
        Tally(
            key=row[0] if width == 1 else tuple(map(int, row[:width])),
            introduced=row[width],
            reached=tuple(row[width + 1 : -2]),
            passed=row[-2],
            open=row[-1],
        )
        for row in rows
    ]


def largest_first(found: Iterable[Tally]) -> tuple[Tally, ...]:
    return tuple(sorted(found, key=lambda one: (-one.introduced, str(one.key))))


def merged(found: Iterable[Tally], key: Callable[[Any], Hashable]) -> tuple[Tally, ...]:
    """Groups added up under a coarser key, in their order."""
    groups: dict[Any, list[Tally]] = {}
    for one in found:
        groups.setdefault(key(one.key), []).append(one)
    return tuple(total(members, name) for name, members in groups.items())


def total(found: Iterable[Tally], key: Any = None) -> Tally:
    """All groups together: every deal is in exactly one."""
    members = list(found)
    return Tally(
        key=key,
        introduced=sum(one.introduced for one in members),
        reached=tuple(sum(one.reached[place] for one in members) for place in range(len(milestones()))),
        passed=sum(one.passed for one in members),
        open=sum(one.open for one in members),
    )


def days_of(key: tuple[int, int], *, months: int) -> tuple[date, date]:
    """The first and the last day of a (year, month), or with three months of a (year, quarter)."""
    year, place = key
    first = date(year, (place - 1) * months + 1, 1)
    following = (first + timedelta(days=31 * months)).replace(day=1)
    return first, following - timedelta(days=1)
