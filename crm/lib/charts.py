"""The geometry of the charts: what the SVG macros draw, in user units of a drawing 696 wide, on pages and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

WIDTH = 696
NAMES, GAP = 168, 8
ROW, THICK = 26, 16
TOP, BASE = 22, 142
SHADES = {1: ("v",), 2: ("p", "v"), 3: ("p", "w", "v")}  # pale to dark, so that they differ in grey too


@dataclass(frozen=True)
class Mark:
    """One rectangle. `shade`: v dark, w middle, p pale."""

    shade: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One thing with its numbers drawn inside each other, the largest first. `under`: a second line of its label."""

    label: str
    text: str
    marks: tuple[Mark, ...]
    x: float
    y: float
    under: str = ""


@dataclass(frozen=True)
class Chart:
    """Bars in rows, or columns over time. `names`: how much room the names of rows take."""

    bars: tuple[Bar, ...]
    height: float
    names: float = 0


@dataclass(frozen=True)
class Datum:
    """What a bar shows: its label, its numbers from the outermost to the innermost, and the text at its end."""

    label: str
    numbers: tuple[float, ...]
    text: str
    under: str = ""


def rows(data: Sequence[Datum]) -> Chart:
    """Bars below each other, their names on the left and their numbers on the right."""
    names = min(NAMES, 6.2 * max((half_widths(one.label) for one in data), default=0))
    left = names + GAP
    unit = (WIDTH - left - 130) / largest(data)
    bars = []
    for place, one in enumerate(data):
        top = place * ROW + (ROW - THICK) / 2
        marks = tuple(
            Mark(shade, left, top, round(number * unit, 2), THICK)
            for shade, number in zip(SHADES[len(one.numbers)], one.numbers, strict=True)
            if number
        )
        end = left + round(max(one.numbers) * unit, 2) + 6
        bars.append(Bar(clipped(one.label, 28), one.text, marks, end, top + 12.5))
    return Chart(tuple(bars), len(data) * ROW, names)


def columns(data: Sequence[Datum]) -> Chart:
    """Columns side by side over time, their number on top."""
    room = WIDTH / max(len(data), 1)
    width = min(34.0, room * 0.66)
    unit = (BASE - TOP) / largest(data)
    bars = []
    for place, one in enumerate(data):
        left = place * room + (room - width) / 2
        marks = tuple(
            Mark(shade, round(left, 2), round(BASE - number * unit, 2), round(width, 2), round(number * unit, 2))
            for shade, number in zip(SHADES[len(one.numbers)], one.numbers, strict=True)
            if number
        )
        top = BASE - max(one.numbers) * unit - 5
        bars.append(Bar(one.label, one.text, marks, round(left + width / 2, 2), round(top, 2), one.under))
    return Chart(tuple(bars), BASE + 34)


def largest(data: Sequence[Datum]) -> float:
    return max((max(one.numbers) for one in data), default=0) or 1


def half_widths(text: str) -> int:
    """How wide a text is, a Chinese character counting two."""
    return sum(2 if east_asian_width(one) in "FWA" else 1 for one in text)


def clipped(text: str, room: int) -> str:
    """A name for a place of so many half-width characters."""
    if half_widths(text) <= room:
        return text
    fitting = sum(half_widths(text[:length]) < room for length in range(1, len(text) + 1))
    return text[:fitting] + "…"
