"""The geometry of the charts: what the SVG macros draw, in user units of a drawing 696 wide, on pages and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

WIDTH, NARROW = 696, 340
NAMES, GAP = 168, 8
ROW, THICK, LINE, NARROW_ROW = 26, 16, 14, 21
YEAR = 36  # what a year below a column takes
MOST_NARROW = 3  # columns of a small drawing are never wider than a third of it
HALF_WIDTH = 6.6  # of a wide Latin letter; two make a Chinese character
LONGEST, LONGEST_ABOVE = 25, 52  # half-widths of a line that names a row, beside the bar and above it
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
    """One thing with its numbers drawn inside each other, the largest first. `under`: a second line of its label;
    `more`: the further lines of a long name, as (y, text); `text_y`: where its number stands beside a name above it."""

    label: str
    text: str
    marks: tuple[Mark, ...]
    x: float
    y: float
    under: str = ""
    more: tuple[tuple[float, str], ...] = ()
    text_y: float = 0


@dataclass(frozen=True)
class Chart:
    """Bars in rows, or columns over time. `names`: how much room the names of rows take. `narrow`: for a phone."""

    bars: tuple[Bar, ...]
    height: float
    names: float = 0
    narrow: Chart | None = None


@dataclass(frozen=True)
class Datum:
    """What a bar shows: its label, its numbers from the outermost to the innermost, and the text at its end."""

    label: str
    numbers: tuple[float, ...]
    text: str
    under: str = ""


def rows(data: Sequence[Datum]) -> Chart:
    """Bars below each other, their names on the left and their numbers on the right."""
    names = min(NAMES, HALF_WIDTH * max((half_widths(one.label) for one in data), default=0))
    left = names + GAP
    unit = (WIDTH - left - 130) / largest(data)
    bars, begins = [], 0.0
    for one in data:
        label, *others = in_lines(one.label, LONGEST)
        top = begins + (ROW - THICK) / 2
        begins += ROW + LINE * len(others)
        marks = marks_of(one, left, top, unit)
        end = left + round(max(one.numbers) * unit, 2) + 6
        more = tuple((top + 12.5 + LINE * line, text) for line, text in enumerate(others, 1))
        bars.append(Bar(label, one.text, marks, end, top + 12.5, more=more))
    return Chart(tuple(bars), begins, names, narrow_rows(data))


def narrow_rows(data: Sequence[Datum]) -> Chart:
    """The same for a drawing 340 wide: each name stands above its bar."""
    unit = (NARROW - 110) / largest(data)
    bars, begins = [], 0.0
    for one in data:
        label, *others = in_lines(one.label, LONGEST_ABOVE)
        top = begins + LINE * (1 + len(others)) + 3
        marks = marks_of(one, 0, top, unit)
        more = tuple((begins + LINE * line, text) for line, text in enumerate(others, 2))
        end = round(max(one.numbers) * unit, 2) + 6
        bars.append(Bar(label, one.text, marks, end, begins + LINE, more=more, text_y=top + 12.5))
        begins = top + THICK + 7
    return Chart(tuple(bars), begins)


def marks_of(one: Datum, left: float, top: float, unit: float) -> tuple[Mark, ...]:
    """The numbers of a row drawn inside each other."""
    return tuple(
        Mark(shade, left, top, round(number * unit, 2), THICK)
        for shade, number in zip(SHADES[len(one.numbers)], one.numbers, strict=True)
        if number
    )


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
        is_crowded = room < YEAR and any(after.under for after in data[place + 1 : place + 2])
        under = "" if is_crowded else one.under
        bars.append(Bar(one.label, one.text, marks, round(left + width / 2, 2), round(top, 2), under))
    return Chart(tuple(bars), BASE + 34, narrow=narrow_columns(data))


def narrow_columns(data: Sequence[Datum]) -> Chart:
    """The same for a drawing 340 wide: a row each, beside its label, which has the year of its month."""
    left, unit, year = 64, (NARROW - 64 - 76) / largest(data), ""
    bars = []
    for place, one in enumerate(data):
        year, top = one.under or year, place * NARROW_ROW
        label = f"{year}-{one.label}" if year and one.label.isdigit() else one.label
        end = left + round(max(one.numbers) * unit, 2) + 6
        bars.append(Bar(label, one.text, marks_of(one, left, top + 2, unit), end, top + 14.5, text_y=top + 14.5))
    return Chart(tuple(bars), NARROW_ROW * len(data))


def largest(data: Sequence[Datum]) -> float:
    return max((max(one.numbers) for one in data), default=0) or 1


def half_widths(text: str) -> int:
    """How wide a text is, a Chinese character counting two."""
    return sum(2 if east_asian_width(one) in "FWA" else 1 for one in text)


def in_lines(text: str, room: int) -> list[str]:
    """A name in lines of at most so many half-widths, broken at a space where there is one."""
    fitting = next((end for end in range(len(text), 0, -1) if half_widths(text[:end]) <= room), 1)
    if fitting >= len(text):
        return [text]
    space = text.rfind(" ", 1, fitting + 1)
    end = space if space > 0 else fitting
    return [text[:end], *in_lines(text[end:].lstrip(), room)]


def sparkline(values: Sequence[float], width: int = 64, height: int = 18) -> str:
    """The line through values in time, as the path of a small drawing; level where nothing changed."""
    low, high = min(values), max(values)
    step, inner = (width - 2) / max(len(values) - 1, 1), height - 2
    points = (
        f"{1 + place * step:.1f} {1 + inner * (1 - (value - low) / (high - low) if high > low else 0.5):.1f}"
        for place, value in enumerate(values)
    )
    return "M" + "L".join(points)


@dataclass(frozen=True)
class Small:
    """A few columns in time without words, for beside a figure. `base`: where zero lies."""

    marks: tuple[Mark, ...]
    width: int
    height: int
    base: float


def small_columns(values: Sequence[float], width: int = 168, height: int = 40) -> Small:
    """Columns from zero, the last one dark; losses hang below the line."""
    top, bottom = max(0.0, *values), min(0.0, *values)
    unit = height / ((top - bottom) or 1)
    base = round(top * unit, 2)
    step = width / max(len(values), MOST_NARROW)
    marks = tuple(
        Mark(
            shade="v" if place == len(values) - 1 else "w",
            x=round(place * step, 2),
            y=base if value < 0 else round(base - value * unit, 2),
            width=round(step * 0.8, 2),
            height=max(round(abs(value) * unit, 2), 0.5),
        )
        for place, value in enumerate(values)
    )
    return Small(marks, width, height, base)
