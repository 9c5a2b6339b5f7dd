"""What money may come when: open deals by target date, weighted by the desk's own past.

The weight of a stage is the share of past deals that were at it, and whose outcome is known, that were funded. All the
desk's deals count there, whatever is filtered. Amounts are in 分 and are never added to what was signed or received.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.analytics.filters import Filters
from crm.analytics.history import (
    Condition,
    History,
    days_until,
    histogram,
    histories,
    moves_of_deals,
    present,
    stages,
)
from crm.analytics.queries.funnel import median_of
from crm.core.db import db
from crm.core.keeping import until_written
from crm.deals.models import FUNDED_STAGE, DealStatus, Receipt

FEWEST = 5  # past deals that a weight or a usual time needs
MONTHS = 12
PAST, LATER, UNKNOWN = "past", "later", "unknown"


@dataclass(frozen=True)
class Past:
    """What past deals at one stage came to: `decided` of them have an outcome, `funded` brought money.

    `days`: the median from the stage to the money. Both hold from five past deals on.
    """

    decided: int = 0
    funded: int = 0
    days: float | None = None

    @property
    def weight(self) -> float | None:
        """The share that was funded; None where too few have an outcome."""
        return self.funded / self.decided if self.decided >= FEWEST else None

    @property
    def usual_days(self) -> int | None:
        """How long the money usually takes from here, in whole days; None where too few were funded."""
        return round(self.days) if self.days is not None and self.funded >= FEWEST else None


@dataclass
class Sum:
    """Deals and their amounts in 分: as intended, and weighted; `undisclosed` deals have no amount and add nothing.

    A deal at a stage with too few past deals adds nothing to the lower weighted end and all to the upper one.
    """

    deals: int = 0
    undisclosed: int = 0
    unweighted: int = 0
    low: int = 0
    high: int = 0
    weighted_low: int = 0
    weighted_high: int = 0

    def add(self, row: Any, weight: float | None) -> None:
        """Count the deals of one stage."""
        self.deals += row.deals
        self.undisclosed += row.undisclosed
        self.unweighted += row.deals if weight is None else 0
        self.low += row.low
        self.high += row.high
        self.weighted_low += round(row.low * (weight or 0))
        self.weighted_high += round(row.high * (1 if weight is None else weight))


@dataclass(frozen=True)
class Forecast:
    """Sums by bucket (a month as 2026-12, or past, later, unknown) and by stage, and the past behind the weights."""

    buckets: dict[str, Sum]
    by_stage: dict[str, Sum]
    past: dict[str, Past]
    total: Sum = field(default_factory=Sum)


def before_funding() -> tuple[str, ...]:
    """The stages whose money is still to come."""
    known = stages()
    last = known.get(FUNDED_STAGE)
    return tuple(code for code, word in known.items() if last is None or word.position < last.position)


def past_of_stages(every: Filters, as_of: date) -> dict[str, Past]:
    """What all past deals of the desk came to, by stage. `every`: filters without limits."""
    return until_written(("past", every, as_of, tuple(stages())), lambda: read_past(every, as_of))


def read_past(every: Filters, as_of: date) -> dict[str, Past]:
    codes = before_funding()
    history = histories(every, as_of).condensed()
    numbers = [history.counted(test(code)) for code in codes for test in (history.decided, history.funded_after)]
    found = db.session.execute(sa.select(*numbers).select_from(history.table)).one() if codes else ()
    moves = moves_of_deals(every, as_of, FUNDED_STAGE) if FUNDED_STAGE in stages() else ()
    days = histogram(days_until(of_one, FUNDED_STAGE) for of_one in moves)
    return {
        code: Past(found[2 * place], found[2 * place + 1], median_of(days.get(code, {})))
        for place, code in enumerate(codes)
    }


def buckets(as_of: date) -> dict[str, tuple[date, date]]:
    """{month: (its first day or the day itself, its last day)} of the months that are told apart."""
    first, found = as_of, {}
    for _ in range(MONTHS):
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        found[f"{first:%Y-%m}"] = (first, following - timedelta(days=1))
        first = following
    return found


def still_to_come(history: History) -> Condition:
    """Active deals at a stage before the money."""
    table = history.table
    return sa.and_(table.c.status == DealStatus.ACTIVE, table.c.stage.in_(before_funding()))


def bucket_of(history: History, past: dict[str, Past]) -> Any:
    """The bucket of each deal: by the day on which its round is to close, else by what its stage usually takes."""
    months = buckets(history.as_of)
    last = max(day for _, day in months.values())
    usual = {code: one.usual_days for code, one in past.items() if one.usual_days is not None}
    closes, stage, moved = (history.table.c[name] for name in ("closes_on", "stage", "moved_on"))

    def between(first: date | None, until: date | None) -> Condition:
        by_stage = [
            sa.and_(closes.is_(None), stage == code, within(moved, shifted(first, days), shifted(until, days)))
            for code, days in usual.items()
        ]
        return sa.or_(within(closes, first, until), *by_stage)

    return sa.case(
        (between(None, history.as_of - timedelta(days=1)), PAST),
        *((between(first, until), name) for name, (first, until) in months.items()),
        (between(last + timedelta(days=1), None), LATER),
        else_=UNKNOWN,
    )


def shifted(day: date | None, days: int) -> date | None:
    return day - timedelta(days=days) if day else None


def within(column: Any, first: date | None, until: date | None) -> Condition:
    limits = ([column >= first] if first else []) + ([column <= until] if until else [])
    return sa.and_(*limits)


def forecast(filters: Filters, as_of: date) -> Forecast:
    """What may come of the open deals that filters choose."""
    return until_written(("forecast", filters, as_of, tuple(stages())), lambda: read_forecast(filters, as_of))


def read_forecast(filters: Filters, as_of: date) -> Forecast:
    past = past_of_stages(filters.unlimited(), as_of)
    history = present(filters, as_of)
    low, high = amounts(history)
    bucket = bucket_of(history, past).label("bucket")
    rows = db.session.execute(
        sa.select(
            bucket,
            history.table.c.stage,
            sa.func.count().label("deals"),
            sa.func.count(sa.case((low.is_(None), 1))).label("undisclosed"),
            whole_sum(low).label("low"),
            whole_sum(high).label("high"),
        )
        .where(still_to_come(history))
        .group_by("bucket", history.table.c.stage)
    )
    found = Forecast(
        {name: Sum() for name in (PAST, *buckets(as_of), LATER, UNKNOWN)}, {code: Sum() for code in past}, past
    )
    for row in rows:
        for one in (found.buckets[row.bucket], found.by_stage[row.stage], found.total):
            one.add(row, past[row.stage].weight)
    return found


def whole_sum(amount: Any) -> Any:
    """A sum in whole 分: PostgreSQL adds BIGINTs up to a decimal."""
    return sa.cast(sa.func.coalesce(sa.func.sum(amount), 0), sa.BigInteger)


def amounts(history: History) -> tuple[Any, Any]:
    """What a deal may still bring, from and to: what was signed less what came already, else what was intended."""
    table = history.table
    mine = sa.and_(Receipt.deal_id == table.c.deal_id, Receipt.received_on <= history.as_of)
    came = sa.select(sa.func.coalesce(sa.func.sum(Receipt.amount), 0)).where(mine)
    rest = table.c.signed - came.scalar_subquery()
    signed = table.c.signed.is_not(None)
    return sa.case((signed, rest), else_=table.c.intended_low), sa.case((signed, rest), else_=table.c.intended_high)


def ids(filters: Filters, as_of: date, bucket: str) -> sa.Select[Any]:
    """The deals of a bucket, or of all with ""."""
    history = present(filters, as_of)
    found = sa.select(history.table.c.deal_id).where(still_to_come(history))
    return found.where(bucket_of(history, past_of_stages(filters.unlimited(), as_of)) == bucket) if bucket else found
