"""Looking through funds of funds: what is left of the gross when money that funds gave each other is taken out, and who
stands behind a fund. Amounts in 分 of CNY; what is not exactly known is a range and never zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

NOTHING, WHOLE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Span:
    """From `low` to `high`; None where nothing bounds it."""

    low: int
    high: int | None

    @property
    def is_exact(self) -> bool:
        """True where both ends are one."""
        return self.low == self.high

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, None if self.high is None or other.high is None else self.high + other.high)


ZERO = Span(0, 0)


@dataclass(frozen=True)
class Edge:
    """What one fund gave another. Exactly known: both ends are one; not known at all: from 0 to None."""

    giver: int
    receiver: int
    given: Span


@dataclass(frozen=True)
class Level:
    """The funds at one depth. Depth 0 has no fund of the matrix among its investors; each other fund stands one below
    the deepest of its investors. `inside`: what the funds above gave; `net`: what came from outside."""

    depth: int
    funds: tuple[int, ...]
    gross: Span
    inside: Span
    net: Span


@dataclass(frozen=True)
class LookThrough:
    """`net` = `gross` − `inside` = the capital from outside, in all and level by level.

    `unknown`: funds of which nobody knows what they raised; they count with what other funds gave them, at least.
    `vague`: gifts between funds that are not exactly known.
    """

    gross: Span
    inside: Span
    net: Span
    levels: tuple[Level, ...]
    unknown: tuple[int, ...] = ()
    vague: tuple[Edge, ...] = field(default=())


def look_through(raised: Mapping[int, int | None], edges: Collection[Edge]) -> LookThrough:
    """Gross, inside and net of funds, by what each raised and what they gave each other. The edges make no cycle.

    Edges whose giver or receiver is not among the funds count for nothing.
    """
    received: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.giver in raised and edge.receiver in raised:
            received[edge.receiver].append(edge)
    by_depth: dict[int, list[int]] = defaultdict(list)
    for fund, depth in depths(raised, received).items():
        by_depth[depth].append(fund)
    levels = tuple(level_of(depth, tuple(sorted(by_depth[depth])), raised, received) for depth in sorted(by_depth))
    return LookThrough(
        gross=sum((one.gross for one in levels), ZERO),
        inside=sum((one.inside for one in levels), ZERO),
        net=sum((one.net for one in levels), ZERO),
        levels=levels,
        unknown=tuple(sorted(fund for fund, amount in raised.items() if amount is None)),
        vague=tuple(edge for found in received.values() for edge in found if not edge.given.is_exact),
    )


def level_of(
    depth: int, funds: tuple[int, ...], raised: Mapping[int, int | None], received: Mapping[int, Sequence[Edge]]
) -> Level:
    gross = inside = net = ZERO
    for fund in funds:
        own_gross, own_inside, own_net = one_fund(raised[fund], received.get(fund, ()))
        gross, inside, net = gross + own_gross, inside + own_inside, net + own_net
    return Level(depth, funds, gross, inside, net)


def one_fund(amount: int | None, received: Sequence[Edge]) -> tuple[Span, Span, Span]:
    """What a fund raised, what of it other funds gave, and what came from outside."""
    low = sum(edge.given.low for edge in received)
    if amount is None:
        highs = [edge.given.high for edge in received]
        most = None if None in highs else sum(high or 0 for high in highs)
        return Span(low, None), Span(low, most), Span(0, None)
    high = min(amount, sum(most_of(edge, amount, low) for edge in received)) if received else 0
    high = max(high, low)
    return Span(amount, amount), Span(low, high), Span(amount - high, amount - low)


def most_of(edge: Edge, amount: int, known: int) -> int:
    """The most that a gift can have been: its upper end, or all that the others leave."""
    rest = max(amount - (known - edge.given.low), edge.given.low)
    return rest if edge.given.high is None else edge.given.high


def depths(funds: Collection[int], received: Mapping[int, Sequence[Edge]]) -> dict[int, int]:
    """How many funds stand above each, along the longest way."""
    found: dict[int, int] = {}
    for fund in funds:
        waiting = [fund]
        while waiting:
            above = [edge.giver for edge in received.get(waiting[-1], ())]
            missing = [one for one in above if one not in found]
            if missing:
                waiting += missing
            else:
                found[waiting.pop()] = max((found[one] + 1 for one in above), default=0)
    return found


# --- who stands behind a fund


@dataclass(frozen=True)
class Part:
    """A share of a fund, as a range: parts of one."""

    low: Fraction = NOTHING
    high: Fraction = NOTHING

    def __add__(self, other: Part) -> Part:
        return Part(self.low + other.low, min(self.high + other.high, WHOLE))

    def __mul__(self, other: Part) -> Part:
        return Part(self.low * other.low, self.high * other.high)


@dataclass(frozen=True)
class Stake:
    """An investor's direct share of a fund. `holder`: the id of a fund, or the name of somebody outside."""

    holder: Hashable
    part: Part


@dataclass(frozen=True)
class Standing:
    """How much of a fund is somebody's: directly, and through other funds."""

    direct: Part
    through: Part

    @property
    def whole(self) -> Part:
        """Both together."""
        return self.direct + self.through


def standings(fund: int, stakes: Mapping[int, Sequence[Stake]]) -> dict[Hashable, Standing]:
    """{who stands behind a fund, funds among them: how}; `stakes`: of each fund the direct shares. No cycles."""
    direct: dict[Hashable, Part] = defaultdict(Part)
    through: dict[Hashable, Part] = defaultdict(Part)
    for stake in stakes.get(fund, ()):
        direct[stake.holder] += stake.part
    for giver in funds_behind(fund, stakes):
        whole = direct[giver] + through[giver]
        for stake in stakes.get(giver, ()):
            through[stake.holder] += whole * stake.part
    return {holder: Standing(direct[holder], through[holder]) for holder in {**direct, **through}}


def funds_behind(fund: int, stakes: Mapping[int, Sequence[Stake]]) -> list[int]:
    """The funds among the holders of a fund, each after all those that it gave to."""
    found: list[int] = []
    seen: set[int] = set()
    waiting = [(fund, False)]
    while waiting:
        one, is_done = waiting.pop()
        if is_done:
            found.append(one)
        elif one not in seen:
            seen.add(one)
            waiting.append((one, True))
            waiting += [(stake.holder, False) for stake in stakes.get(one, ()) if isinstance(stake.holder, int)]
    return found[-2::-1]
