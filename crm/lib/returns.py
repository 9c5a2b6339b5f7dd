"""What a fund's dated flows have returned: PIC, DPI, RVPI, TVPI and the since-inception IRR, as GIPS defines them.

Amounts are whole minor units of one currency. Multiples are exact fractions. Flows are seen from the fund's investors.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import exp, expm1, fsum, log

YEAR = 365  # days
SAME = 1e-12  # of all terms together: a sum below it is zero, as far as floats can tell
CLOSE = 1e-14
TOO_LARGE = 600.0  # as a logarithm: no return is ever that large

Term = tuple[float, float]


class FlowKind(enum.StrEnum):
    """What happened between a fund and its investors; amounts are never negative."""

    COMMITMENT = "commitment"  # promised
    REDUCTION = "reduction"  # released from what was promised
    CALL = "call"  # paid in; a recalled distribution too
    DISTRIBUTION = "distribution"  # paid out for good
    RECALLABLE = "recallable"  # paid out, and may be called again
    REINVESTED = "reinvested"  # distributed and paid in again at once: no money moves


PROMISED = {FlowKind.COMMITMENT: 1, FlowKind.REDUCTION: -1}
PAID_IN = frozenset({FlowKind.CALL, FlowKind.REINVESTED})
DISTRIBUTED = frozenset({FlowKind.DISTRIBUTION, FlowKind.RECALLABLE, FlowKind.REINVESTED})
CASH = {FlowKind.CALL: -1, FlowKind.DISTRIBUTION: 1, FlowKind.RECALLABLE: 1}


@dataclass(frozen=True, slots=True)
class Dated:
    """One flow of a fund."""

    day: date
    kind: FlowKind
    amount: int


class Lacking(enum.StrEnum):
    """Why there is no IRR."""

    RESIDUAL = "residual"  # no residual value was reported
    ONE_SIGNED = "one_signed"  # nothing was paid in, or nothing came of it
    NO_ROOT = "no_root"
    SEVERAL_ROOTS = "several_roots"


@dataclass(frozen=True, slots=True)
class Irr:
    """A rate as a share (0.1 is 10 %) per year, or over the whole time where that is under one year; or why none."""

    rate: float | None = None
    is_annual: bool = True
    lacking: Lacking | None = None


@dataclass(frozen=True, slots=True)
class Returns:
    """What flows up to a day and the residual value of that day say. Amounts in minor units."""

    committed: int | None
    paid_in: int
    distributed: int
    recallable: int
    called: int
    residual: int | None
    irr: Irr

    @property
    def pic(self) -> Fraction | None:
        """Paid-in ÷ committed."""
        return ratio(self.paid_in, self.committed)

    @property
    def dpi(self) -> Fraction | None:
        """Distributions ÷ paid-in."""
        return ratio(self.distributed, self.paid_in)

    @property
    def rvpi(self) -> Fraction | None:
        """Residual value ÷ paid-in."""
        return ratio(self.residual, self.paid_in)

    @property
    def tvpi(self) -> Fraction | None:
        """DPI + RVPI."""
        return None if self.dpi is None or self.rvpi is None else self.dpi + self.rvpi

    @property
    def dry_powder(self) -> int | None:
        """What may still be called: committed, with recallable distributions, less calls; nothing below zero."""
        return None if self.committed is None else max(self.committed + self.recallable - self.called, 0)


def returns(flows: Iterable[Dated], residual: int | None, day: date, *, committed: int | None = None) -> Returns:
    """The figures as of a day: of the flows until then, and the residual value of that day (None: not reported).

    `committed`: what was committed, where no flow tells it.
    """
    until = [flow for flow in flows if flow.day <= day]
    promised = [PROMISED[flow.kind] * flow.amount for flow in until if flow.kind in PROMISED]
    return Returns(
        committed=sum(promised) if promised else committed,
        paid_in=total(until, PAID_IN),
        distributed=total(until, DISTRIBUTED),
        recallable=total(until, {FlowKind.RECALLABLE}),
        called=total(until, {FlowKind.CALL}),
        residual=residual,
        irr=since_inception(until, residual, day),
    )


def since_inception(flows: Sequence[Dated], residual: int | None, day: date) -> Irr:
    """SI-IRR: daily dates, the residual value as the last inflow."""
    if residual is None:
        return Irr(lacking=Lacking.RESIDUAL)
    cash = [(flow.day, CASH[flow.kind] * flow.amount) for flow in flows if flow.kind in CASH]
    return irr([*cash, (day, residual)])


def irr(cash: Iterable[tuple[date, int]]) -> Irr:
    """The one rate r for which Σ CF / (1 + r)^(days since the first / 365) is zero.

    None where there is no such rate or more than one. Under one year it is what the whole time returned, not a
    yearly rate.
    """
    net = by_day(cash)
    if not net or min(net.values()) > 0 or max(net.values()) < 0:
        return Irr(lacking=Lacking.ONE_SIGNED)
    first, last = min(net), max(net)
    found = roots([((day - first).days / YEAR, float(amount)) for day, amount in sorted(net.items())])
    if len(found) != 1:
        return Irr(lacking=Lacking.SEVERAL_ROOTS if found else Lacking.NO_ROOT)
    years = (last - first).days / YEAR
    growth = found[0] * min(years, 1.0)
    if growth > TOO_LARGE:
        return Irr(lacking=Lacking.NO_ROOT)
    return Irr(expm1(growth), is_annual=years >= 1)


def ratio(part: int | None, whole: int | None) -> Fraction | None:
    """None where a part is not known or there is no whole."""
    return None if part is None or not whole or whole < 0 else Fraction(part, whole)


def total(flows: Iterable[Dated], kinds: Collection[FlowKind]) -> int:
    return sum(flow.amount for flow in flows if flow.kind in kinds)


def by_day(cash: Iterable[tuple[date, int]]) -> Mapping[date, int]:
    """What moved on each day, without the days on which it comes to nothing."""
    net: dict[date, int] = {}
    for day, amount in cash:
        net[day] = net.get(day, 0) + amount
    return {day: amount for day, amount in net.items() if amount}


def roots(terms: Sequence[Term]) -> list[float]:
    """Every u for which Σ c·e^(−t·u) is zero, for terms (t, c) by rising t; where it only touches zero, twice.

    With p between two terms of opposite sign, e^(p·u)·Σ has the derivative e^(p·u)·Σ c·(p − t)·e^(−t·u), whose signs
    change once less often. Between two roots of that the first is monotone, so that it has at most one root there.
    """
    pivot = first_change(terms)
    if pivot is None:
        return []
    terms = scaled(terms)
    slope = [(t, c * (pivot - t)) for t, c in terms]
    low, high = reach(terms)
    turns = [turn for turn in roots(slope) if low < turn < high]
    touched = [turn for turn in turns if sign(terms, turn) == 0]
    crossed = [
        crossing(terms, slope, left, right)
        for left, right in pairwise((low, *turns, high))
        if sign(terms, left) * sign(terms, right) < 0
    ]
    return sorted(crossed + touched * 2)


def first_change(terms: Sequence[Term]) -> float | None:
    """A point between the first two terms of opposite sign."""
    return next(((one[0] + two[0]) / 2 for one, two in pairwise(terms) if (one[1] < 0) != (two[1] < 0)), None)


def scaled(terms: Sequence[Term]) -> list[Term]:
    largest = max(abs(c) for _, c in terms)
    return [(t, c / largest) for t, c in terms]


def reach(terms: Sequence[Term]) -> tuple[float, float]:
    """Between which two points all roots lie: beyond them the last or the first term outweighs all others."""
    every = fsum(abs(c) for _, c in terms)
    low = log(every / abs(terms[-1][1])) / (terms[-1][0] - terms[-2][0])
    high = log(every / abs(terms[0][1])) / (terms[1][0] - terms[0][0])
    return -low - 1, high + 1


def value(terms: Sequence[Term], u: float) -> tuple[float, float]:
    """Σ c·e^(−t·u) and the sum of its terms' sizes, both by one positive factor that lets nothing overflow."""
    base = terms[0][0] if u >= 0 else terms[-1][0]
    parts = [c * exp((base - t) * u) for t, c in terms]
    return fsum(parts), fsum(map(abs, parts))


def sign(terms: Sequence[Term], u: float) -> int:
    """-1, 0 or 1: whether the sum is below, at or above zero."""
    told, size = value(terms, u)
    return 0 if abs(told) <= SAME * size else (1 if told > 0 else -1)


def crossing(terms: Sequence[Term], slope: Sequence[Term], left: float, right: float) -> float:
    """The root between two points of opposite sign: by Newton's steps where they close in quickly, else by halving."""
    begins = value(terms, left)[0]
    u, moved = (left + right) / 2, right - left
    while moved > CLOSE * max(abs(u), 1):
        told, steepness = value(terms, u)[0], value(slope, u)[0]
        left, right = (u, right) if (told < 0) == (begins < 0) else (left, u)
        step = told / steepness if steepness else moved
        before = u
        u = u - step if 2 * abs(step) < moved and left <= u - step <= right else (left + right) / 2
        moved = abs(u - before)
    return u
