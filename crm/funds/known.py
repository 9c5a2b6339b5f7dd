"""A fund's flows and reported figures as they were known at a moment (当时已知), and how what is known now differs."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.audit.earlier import said_at
from crm.core.db import db
from crm.funds.models import Fund, FundFigure, FundFlow
from crm.lib.returns import DISTRIBUTED, PAID_IN

P = TypeVar("P", FundFlow, FundFigure)


@dataclass(frozen=True)
class Known:
    """What a fund's returns are reckoned from: its flows, the earliest first, and what it reported, the latest first.

    `committed`: as the fund reports it, for one whose flows do not tell it.
    """

    flows: Sequence[FundFlow]
    figures: Sequence[FundFigure]
    committed: int | None


def known_at(fund: Fund, moment: datetime) -> Known:
    """What was recorded of a fund at a moment; later entries and corrections are not in it."""
    flows, figures = parts_at(FundFlow, fund.id, moment), parts_at(FundFigure, fund.id, moment)
    return Known(
        sorted(flows, key=lambda one: (one.happened_on, one.id)),
        sorted(figures, key=lambda one: (one.as_of, one.id), reverse=True),
        said_at([fund], moment).get(fund.id, {}).get("committed", fund.committed),
    )


def parts_at(part: type[P], fund_id: int, moment: datetime) -> list[P]:
    """The flows or figures as they read at a moment; what is known now stays untouched."""
    kept = db.session.scalars(sa.select(part).where(part.fund_id == fund_id, part.created_at <= moment)).all()
    changed = said_at(kept, moment)
    then = [part(**columns_of(one) | changed.get(one.id, {})) for one in kept]
    return [one for one in then if one.archived_at is None]


def columns_of(part: FundFlow | FundFigure) -> dict[str, Any]:
    mapper: Any = sa.inspect(type(part))
    return {column.key: getattr(part, column.key) for column in mapper.column_attrs}


class Why(enum.StrEnum):
    """NEW: it happened since. LATE: it had happened before and was not known (补录). CORRECTED: it was known otherwise,
    or was taken out (更正). REACHED: it was known, and counts since the fund reported a later net asset value."""

    NEW = "new"
    LATE = "late"
    CORRECTED = "corrected"
    REACHED = "reached"


@dataclass(frozen=True)
class Difference:
    """A flow or a figure that counts otherwise now. `before` or `after` is None where it did not count."""

    why: Why
    before: FundFlow | FundFigure | None
    after: FundFlow | FundFigure | None

    @property
    def part(self) -> Any:
        """The flow or figure as it reads last."""
        return self.after or self.before

    @property
    def paid_in(self) -> int:
        """What it adds to what was paid in."""
        return added(self, PAID_IN)

    @property
    def distributed(self) -> int:
        """What it adds to what was distributed."""
        return added(self, DISTRIBUTED)


def added(difference: Difference, kinds: Any) -> int:
    before, after = (
        one.amount if isinstance(one, FundFlow) and one.kind in kinds else 0
        for one in (difference.before, difference.after)
    )
    return after - before


@dataclass(frozen=True)
class Then:
    """From when to when: the last days whose flows count, before and after; the day of which all figures are asked;
    and the day of which it is asked what was known."""

    day_before: date
    day_after: date
    as_of: date
    known_on: date


def differences(before: Known, after: Known, then: Then) -> list[Difference]:
    """What came, went or changed: flows first, then figures. The flows add up to what the returns differ by."""
    flows = changed(before.flows, after.flows, (then.day_before, then.day_after), then.known_on)
    figures = changed(before.figures, after.figures, (then.as_of, then.as_of), then.known_on)
    return [*flows, *figures]


def changed(before: Sequence[P], after: Sequence[P], days: tuple[date, date], known_on: date) -> Iterator[Difference]:
    then, now = ({one.id: one for one in known} for known in (before, after))
    for part_id in sorted(then.keys() | now.keys()):
        was, reads = then.get(part_id), now.get(part_id)
        counted, counts = (
            part if part is not None and day(part) <= until else None
            for part, until in zip((was, reads), days, strict=True)
        )
        if (counted is None) != (counts is None) or (counted and counts and said(counted) != said(counts)):
            yield Difference(reason(was, reads, known_on), counted, counts)


def reason(was: FundFlow | FundFigure | None, reads: FundFlow | FundFigure | None, known_on: date) -> Why:
    if was is None and reads is not None:
        return Why.NEW if day(reads) > known_on else Why.LATE
    if was is None or reads is None or said(was) != said(reads):
        return Why.CORRECTED
    return Why.REACHED


def day(part: FundFlow | FundFigure) -> date:
    return part.happened_on if isinstance(part, FundFlow) else part.as_of


def said(part: FundFlow | FundFigure) -> tuple[Any, ...]:
    """What the returns are reckoned from."""
    if isinstance(part, FundFlow):
        return part.happened_on, part.kind, part.amount
    return part.as_of, part.measure, part.value, part.fee_basis, part.credit_line
