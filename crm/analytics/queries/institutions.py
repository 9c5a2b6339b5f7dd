"""How institutions answer: replies, meetings, and how long the first one takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from crm.analytics.filters import Filters
from crm.analytics.history import MET_STAGE, histories, stages
from crm.analytics.queries.funnel import median_of
from crm.core.db import db
from crm.core.keeping import until_written
from crm.core.listing import COUNT_LIMIT, PAGE_SIZE, Place, Slice
from crm.deals.models import SIGNED_STAGE
from crm.institutions.models import Institution

UNKNOWN = -1  # days, where a deal has not met or its introduction is not known


@dataclass(frozen=True)
class Responses:
    """One institution's deals, or those of all. `days`: the median to the first meeting, of `timed` deals.

    `often`: {days to the first meeting: deals}.
    """

    institution_id: int
    name: str
    introduced: int
    judged: int
    replied: int
    met: int
    signed: int
    passed: int
    often: dict[int, int]

    @property
    def timed(self) -> int:
        """Deals whose way to the first meeting is known."""
        return sum(self.often.values())

    @property
    def days(self) -> float | None:
        """The median of days to the first meeting; None without any."""
        return median_of(self.often)


SORTS: dict[str, Callable[[Responses], Any]] = {
    "introduced": lambda one: (one.introduced, one.replied, -one.institution_id),
    "replied": lambda one: (one.replied / one.judged if one.judged else -1, one.judged, -one.institution_id),
    "name": lambda one: (one.name, one.institution_id),
}


def responses(filters: Filters, as_of: date) -> tuple[Responses, ...]:
    """Every institution that got introductions, with what it did."""
    return until_written(("responses", filters, as_of, tuple(stages())), lambda: read_responses(filters, as_of))


def read_responses(filters: Filters, as_of: date) -> tuple[Responses, ...]:
    history = histories(filters, as_of, answers=True)
    institution = history.table.c.institution_id
    reached = [history.reached(code) if code in stages() else sa.false() for code in (MET_STAGE, SIGNED_STAGE)]
    conditions = (sa.true(), history.judged(), history.replied(), *reached, history.passed(""))
    days = sa.case((history.timed(), history.days_to_meeting()), else_=UNKNOWN).label("days")
    grouped = (
        sa.select(institution, days, *(history.counted(one).label(f"n{at}") for at, one in enumerate(conditions)))
        .group_by(institution, "days")
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            Institution.id,
            Institution.short_name,
            Institution.name,
            *(column for column in grouped.c if column.name != "institution_id"),
        )
        .join(grouped, grouped.c.institution_id == Institution.id)
        .order_by(Institution.id)
    )
    each = [(key, list(members)) for key, members in groupby(rows, key=lambda row: tuple(row[:3]))]
    often = Counter(short for (_, short, _), _ in each)
    return tuple(
        added_up((key, short if short and often[short] == 1 else name), [(row[3], list(row[4:])) for row in members])
        for (key, short, name), members in each
    )


def added_up(key: tuple[int, str], parts: Sequence[tuple[int, list[int]]]) -> Responses:
    """Of (days to the first meeting, numbers from `introduced` to `passed`), an institution's deals altogether."""
    numbers = [sum(column) for column in zip(*(numbers for _, numbers in parts), strict=True)]
    often = {days: numbers[0] for days, numbers in parts if days != UNKNOWN}
    return responses_of(key, numbers, often)


def everybody(filters: Filters, as_of: date) -> Responses:
    """All institutions as one."""
    question = ("everybody's responses", filters, as_of, tuple(stages()))
    return until_written(question, lambda: all_together(responses(filters, as_of)))


def all_together(found: Iterable[Responses]) -> Responses:
    numbers, often = [0] * 6, Counter[int]()
    for one in found:
        for place, value in enumerate((one.introduced, one.judged, one.replied, one.met, one.signed, one.passed)):
            numbers[place] += value
        often.update(one.often)
    return responses_of((0, ""), numbers, dict(often))


def responses_of(key: tuple[int, str], numbers: list[int], often: dict[int, int]) -> Responses:
    introduced, judged, replied, met, signed, passed = numbers
    return Responses(*key, introduced, judged, replied, met, signed, passed, often)


def sorted_by(found: Sequence[Responses], place: Place) -> list[Responses]:
    """All of them in the order that is asked for, the one that got most introductions first."""
    sort, descending = order_of(place)
    return sorted(found, key=SORTS[sort], reverse=descending)


def order_of(place: Place) -> tuple[str, bool]:
    """(sort, whether descending)."""
    sort = place.sort if place.sort in SORTS else next(iter(SORTS))
    return sort, sort != "name" if place.descending is None or sort != place.sort else place.descending


def page_of(found: Sequence[Responses], place: Place) -> Slice:
    """One page of them; a cursor is the number of rows before the page."""
    sort, descending = order_of(place)
    ordered = sorted_by(found, place)
    cursor = place.after or place.before
    start = min(int(cursor), len(ordered)) if cursor.isdecimal() and len(cursor) < 9 else 0
    rows = ordered[start : start + PAGE_SIZE]
    more = start + PAGE_SIZE < len(ordered)
    return Slice(
        rows=rows,
        count=min(len(ordered), COUNT_LIMIT),
        capped=len(ordered) > COUNT_LIMIT,
        sort=sort,
        descending=descending,
        next_cursor=str(start + PAGE_SIZE) if more else None,
        previous_cursor=str(max(0, start - PAGE_SIZE)) if start else None,
    )
