"""The geometry of a waterfall: a sum on the left, what is taken from it step by step, and what is left on the right.
What is not exactly known is drawn as a range above what is certain, and below it what is certain to be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, NARROW = 696, 340
TOP, BASE = 24, 194
THICKEST = 84.0
OPEN = 10.0  # how far a block reaches above what is certain where nothing bounds it


@dataclass(frozen=True)
class Step:
    """A sum between two amounts, `high` None where nothing bounds it; `text` says it in words."""

    label: str
    low: int
    high: int | None
    text: str


@dataclass(frozen=True)
class Block:
    """A step as drawn: what is certain of it, from `y` down, and what is not, from `range_y` down."""

    label: str
    text: str
    is_taken: bool
    x: float
    middle: float
    width: float
    y: float
    height: float
    range_y: float
    range_height: float

    @property
    def text_y(self) -> float:
        """Where the amount stands: above whatever is drawn."""
        return round(min(self.y, self.range_y) - 7, 2)


@dataclass(frozen=True)
class Waterfall:
    """`joints`: (from, to, y) of the lines that lead from one block to the next."""

    width: int
    blocks: tuple[Block, ...]
    joints: tuple[tuple[float, float, float], ...]


def waterfall(whole: Step, taken: Sequence[Step], left: Step, width: int = WIDTH) -> Waterfall:
    """From a whole over what is taken from it to what is left; the steps go down by what is certainly taken."""
    most = max(top_of(whole), top_of(left)) or 1
    unit = (BASE - TOP) / most
    room = width / (len(taken) + 2)
    blocks, ends = [standing(whole, 0, room, unit)], [top_of(whole)]
    for place, step in enumerate(taken, 1):
        blocks.append(hanging(step, place, (room, unit), ends[-1]))
        ends.append(max(ends[-1] - step.low, 0))
    blocks.append(standing(left, len(taken) + 1, room, unit))
    joints = tuple(
        (round(one.x + one.width, 2), after.x, height(end, unit))
        for one, after, end in zip(blocks, blocks[1:], ends, strict=False)
    )
    return Waterfall(width, tuple(blocks), joints)


def top_of(step: Step) -> int:
    return step.low if step.high is None else step.high


def height(amount: int, unit: float) -> float:
    return round(BASE - amount * unit, 2)


def standing(step: Step, place: int, room: float, unit: float) -> Block:
    """A sum on the base: what is certain at the bottom, the range on top of it. Below zero nothing is drawn."""
    certain = height(max(step.low, 0), unit)
    most = certain - OPEN if step.high is None else height(max(step.high, 0), unit)
    return block(step, (place, room), (certain, BASE - certain), (most, certain - most), is_taken=False)


def hanging(step: Step, place: int, scale: tuple[float, float], start: int) -> Block:
    """What is taken, from where the step before ended: what is certain first, the range below it."""
    room, unit = scale
    rest = 0 if step.high is None else max(start - step.high, 0)
    top, certain, most = (height(end, unit) for end in (start, max(start - step.low, 0), rest))
    return block(step, (place, room), (top, certain - top), (certain, most - certain), is_taken=True)


def block(
    step: Step, at: tuple[int, float], certain: tuple[float, float], between: tuple[float, float], *, is_taken: bool
) -> Block:
    place, room = at
    width = min(THICKEST, room * 0.62)
    middle = (place + 0.5) * room
    drawn = (round(one, 2) for one in (middle - width / 2, middle, width, *certain, *between))
    return Block(step.label, step.text, is_taken, *drawn)
