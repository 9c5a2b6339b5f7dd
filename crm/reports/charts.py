"""The geometry of a report's charts: what the SVG macros draw, in user units of a drawing 696 wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from crm.reports.periods import Period

WIDTH = 696
LEFT, TOP, BASE = 24, 24, 156
MOST_BARS = 24

Step = Literal["month", "quarter", "year"]
Counts = tuple[int, int]


@dataclass(frozen=True)
class Bar:
    """One stretch of time: two numbers stacked, with a label and, where a year begins, the year."""

    label: str
    year: str
    first: int
    second: int
    x: float
    width: float
    first_top: float
    second_top: float

    @property
    def middle(self) -> float:
        """Where its texts are centred."""
        return self.x + self.width / 2

    @property
    def total(self) -> int:
        """Both numbers together."""
        return self.first + self.second


@dataclass(frozen=True)
class Chart:
    """Bars over time. `partial`: the first and the last stretch, as far as the period cuts them. `empty_before`: the
    stretch that the bars begin with when nothing was done before it."""

    step: Step
    bars: tuple[Bar, ...]
    lines: tuple[tuple[int, float], ...]
    partial: tuple[str, ...]
    empty_before: str
    first: int
    second: int


def month_chart(months: dict[tuple[int, int], Counts], period: Period) -> Chart:
    """Services over a period by month; by quarter or year where months would be too many."""
    step, stretches = stretches_of(period, months)
    counts = dict.fromkeys(stretches, (0, 0))
    for (year, month), (first, second) in months.items():
        key = (year, place_of(step, month))
        counts[key] = (counts[key][0] + first, counts[key][1] + second)
    lines = grid(max((sum(one) for one in counts.values()), default=0))
    return Chart(
        step=step,
        bars=bars_of(step, counts, lines[-1][0]),
        lines=lines,
        partial=partial_stretches(step, stretches, period),
        empty_before=told(step, stretches[0]) if first_day(step, stretches[0]) > period.first else "",
        first=sum(first for first, _ in counts.values()),
        second=sum(second for _, second in counts.values()),
    )


def stretches_of(period: Period, months: dict[tuple[int, int], Counts]) -> tuple[Step, list[tuple[int, int]]]:
    """The finest step that gives few enough bars, and (year, place in it) of each; a long period begins with its
    first service."""
    begin = (period.first.year, period.first.month)
    end = (period.last.year, period.last.month)
    if months and index(end) - index(begin) >= MOST_BARS:
        begin = max(begin, min(months))
    every = [(at // 12, at % 12 + 1) for at in range(index(begin), index(end) + 1)]
    steps: tuple[Step, ...] = ("month", "quarter", "year")
    for step in steps:
        stretches = list(dict.fromkeys((year, place_of(step, month)) for year, month in every))
        if len(stretches) <= MOST_BARS or step == "year":
            return step, stretches
    raise AssertionError("a year is the longest step")


def index(month: tuple[int, int]) -> int:
    return month[0] * 12 + month[1] - 1


def place_of(step: Step, month: int) -> int:
    """Where in its year a month's stretch lies, from 1."""
    return {"month": month, "quarter": (month + 2) // 3, "year": 1}[step]


def bars_of(step: Step, counts: dict[tuple[int, int], Counts], highest: int) -> tuple[Bar, ...]:
    room = (WIDTH - LEFT) / len(counts)
    width = min(32.0, room * 0.64)
    unit = (BASE - TOP) / highest
    bars = []
    for number, ((year, place), (first, second)) in enumerate(counts.items()):
        first_top = BASE - first * unit
        bars.append(
            Bar(
                label={"month": f"{place:02d}", "quarter": f"Q{place}", "year": str(year)}[step],
                year=str(year) if step != "year" and (number == 0 or place == 1) else "",
                first=first,
                second=second,
                x=LEFT + number * room + (room - width) / 2,
                width=width,
                first_top=first_top,
                second_top=first_top - second * unit,
            )
        )
    return tuple(bars)


def grid(largest: int) -> tuple[tuple[int, float], ...]:
    """(number, height) of at most five lines, at 1, 2 or 5 times a power of ten; the top one holds the largest."""
    step = 1
    while largest > 4 * step:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    count = max(1, -(-largest // step))
    return tuple((at * step, BASE - (BASE - TOP) * at / count) for at in range(count + 1))


def partial_stretches(step: Step, stretches: Sequence[tuple[int, int]], period: Period) -> tuple[str, ...]:
    """The first and last stretch where the period holds only a part of them, as 2026-06, 2026 Q2 or 2026."""
    cut = {
        stretches[0]: first_day(step, stretches[0]) < period.first,
        stretches[-1]: last_day(step, stretches[-1]) > period.last
        or (len(stretches) == 1 and first_day(step, stretches[0]) < period.first),
    }
    return tuple(told(step, stretch) for stretch, is_cut in cut.items() if is_cut)


def first_day(step: Step, stretch: tuple[int, int]) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    return date(stretch[0], (stretch[1] - 1) * months + 1, 1)


def last_day(step: Step, stretch: tuple[int, int]) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    year, month = divmod(stretch[0] * 12 + stretch[1] * months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def told(step: Step, stretch: tuple[int, int]) -> str:
    year, place = stretch
    return {"month": f"{year}-{place:02d}", "quarter": f"{year} Q{place}", "year": str(year)}[step]


@dataclass(frozen=True)
class Rung:
    """One stage: the deals that reached it, as a column. `lines`: its name, in two lines where it is long."""

    number: int
    place: int
    lines: tuple[str, ...]
    x: float
    width: float
    height: float


def rungs(reached: Sequence[tuple[str, int]], height: float) -> tuple[Rung, ...]:
    """(name of a stage, deals) as columns side by side, the largest as high as said."""
    if not reached:
        return ()
    room = WIDTH / len(reached)
    largest = max(number for _, number in reached) or 1
    return tuple(
        Rung(number, place, two_lines(name), (place - 1) * room, room - 3.4, height * number / largest)
        for place, (name, number) in enumerate(reached, 1)
    )


def two_lines(name: str) -> tuple[str, ...]:
    """A name of several words, broken after the first."""
    first, _, rest = name.partition(" ")
    return (first, rest) if rest else (name,)
