"""The geometry of a J-curve: money out and back by period as bars about zero, and their running sum as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, LEFT = 696, 88
TOP, HEIGHT = 8, 190
THICKEST = 30.0
MOST_LABELS = 16


@dataclass(frozen=True)
class Step:
    """One period: what went out, what came back, and the running sum after it."""

    label: str
    under: str
    out: int
    back: int
    total: int


@dataclass(frozen=True)
class Column:
    """A period as drawn: the bars of what went out and came back, and its label."""

    label: str
    under: str
    middle: float
    left: float
    width: float
    out: float
    back: float


@dataclass(frozen=True)
class Curve:
    """`zero`: where zero lies. `line`: the points of the running sum. `grid`: (y, amount) of the lines across."""

    columns: tuple[Column, ...]
    line: str
    grid: tuple[tuple[float, int], ...]
    zero: float


def curve(steps: Sequence[Step]) -> Curve:
    """A drawing of some periods, one at least."""
    lowest = min(0, *(min(-step.out, step.total) for step in steps))
    highest = max(0, *(max(step.back, step.total) for step in steps))
    step = tick(highest - lowest)
    bottom, top = floor(lowest / step), ceil(highest / step)
    unit = HEIGHT / (max(top - bottom, 1) * step)
    zero = TOP + top * step * unit
    room = (WIDTH - LEFT) / len(steps)
    width = min(THICKEST, room * 0.6)
    every = ceil(len(steps) / MOST_LABELS)
    columns = tuple(
        Column(
            label=one.label if place % every == 0 else "",
            under=one.under,
            middle=round(LEFT + (place + 0.5) * room, 2),
            left=round(LEFT + (place + 0.5) * room - width / 2, 2),
            width=round(width, 2),
            out=round(one.out * unit, 2),
            back=round(one.back * unit, 2),
        )
        for place, one in enumerate(steps)
    )
    points = (f"{column.middle},{zero - one.total * unit:.2f}" for column, one in zip(columns, steps, strict=True))
    grid = tuple((round(zero - place * step * unit, 2), place * step) for place in range(bottom, top + 1))
    return Curve(columns, " ".join(points), grid, round(zero, 2))


def tick(span: int) -> int:
    """A round step that divides a span of money into three to six."""
    rough = max(span, 1) / 5
    power = 10 ** floor(log10(rough)) if rough >= 1 else 1
    return next(int(times * power) for times in (1, 2, 5, 10) if times * power >= rough)
