"""How far deals get, how many of them move on, and how long they stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from crm.analytics.figures import FIGURES
from crm.analytics.filters import Filters
from crm.analytics.history import first_stays, histogram, histories, moves_of_deals, stages
from crm.core.db import db
from crm.core.keeping import until_written

PER_STAGE = ("stood", "reached", "moved-on", "funded-after", "here")


@dataclass(frozen=True)
class StageRow:
    """One stage of the funnel: deals. `days`: the median of the first stay, of `timed` deals; None without any."""

    code: str
    stood: int
    reached: int
    moved_on: int
    funded: int
    here: int
    days: float | None
    timed: int


@dataclass(frozen=True)
class Funnel:
    """Deals introduced, and what became of them stage by stage."""

    introduced: int
    rows: tuple[StageRow, ...]


def funnel(filters: Filters, as_of: date) -> Funnel:
    """The funnel of the deals that filters choose."""
    return until_written(("funnel", filters, as_of, tuple(stages())), lambda: read_funnel(filters, as_of))


def read_funnel(filters: Filters, as_of: date) -> Funnel:
    history = histories(filters, as_of).condensed()
    numbers = [history.counted(FIGURES[name].where(history, code)) for code in stages() for name in PER_STAGE]
    introduced = history.counted(sa.true())
    found = list(db.session.execute(sa.select(introduced, *numbers).select_from(history.table)).one())
    days = days_at_stages(filters, as_of)
    rows = []
    for place, code in enumerate(stages()):
        first = 1 + place * len(PER_STAGE)
        stood, reached, moved_on, funded, here = found[first : first + len(PER_STAGE)]
        stays = days.get(code, {})
        timed = sum(stays.values())
        rows.append(StageRow(code, stood, reached, moved_on, funded, here, median_of(stays), timed))
    return Funnel(found[0], tuple(rows))


def days_at_stages(filters: Filters, as_of: date) -> dict[str, dict[int, int]]:
    """{stage: {days: how many deals stayed so long}}, of the stays that have ended."""
    return histogram(map(first_stays, moves_of_deals(filters, as_of)))


def median_of(often: dict[int, int]) -> float | None:
    """The median of values that are told by how often each occurs; None of none."""
    total = sum(often.values())
    if not total:
        return None
    seen, low = 0, None
    for value in sorted(often):
        seen += often[value]
        if low is None and seen * 2 >= total:
            if seen * 2 > total:
                return float(value)
            low = value
        elif low is not None:
            return (low + value) / 2
    raise AssertionError("the middle lies among the values")
