"""The figures of the dashboard as plain values, for pages and reports, each with the figure of the registry it is.

Amounts are 分 in CNY. Signed and received amounts stand apart and are never added to one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from crm.dashboard.models import Target
from crm.dashboard.queries import targets_of
from crm.dashboard.served import Served, served_by_month
from crm.funds.look_through import Span
from crm.matrix.coverage import Matrix
from crm.matrix.standing import standing_on
from crm.metrics.courses import Measure, courses, measures
from crm.metrics.definitions import METRICS, Metric, limited_to
from crm.metrics.definitions.deals import STEPS
from crm.metrics.definitions.yardsticks import YARDSTICKS, Yardstick
from crm.metrics.look_through import range_of
from crm.metrics.models import ReferenceFigure
from crm.metrics.queries import references
from crm.metrics.trends import ends_of_months

HEADLINE = (
    "institutions_attracted",
    "institutions_present",
    "companies_served",
    "fund_matrix_gross",
    "fund_matrix_net",
    "introductions_to_date",
    "amount_signed_to_date",
    "amount_received_to_date",
)
# What a figure is only half the truth without: its legal persons as brands, those of its companies that met investors.
HALF = {
    "institutions_attracted": "brands_attracted",
    "companies_served": "companies_served_by_introduction_or_roadshow",
}
MONEY = {"introductions_signed": "amount_signed_to_date", "introductions_received": "amount_received_to_date"}
ACTIVITY = ("institutions_active", "institutions_quiet", "institutions_silent")
PRESENT = "institutions_present"
COMPARED = {name for one in YARDSTICKS for name in (one.numerator, one.denominator, one.known) if name}
BESIDE = tuple(sorted({*STEPS, *ACTIVITY, *COMPARED} - {*HEADLINE, *HALF.values()}))


@dataclass(frozen=True)
class Headline:
    """A figure and its course: its values at the ends of eleven months, the oldest first, and on the day.

    `beside`: the figure that belongs to it, and what it comes to. `range`: where amounts behind it are not all known.
    """

    metric: Metric
    value: int
    days: tuple[date, ...]
    trend: tuple[int, ...]
    beside: tuple[Metric, int] | None = None
    range: Span | None = None

    @property
    def this_month(self) -> int:
        """By how much it changed since the end of the month before."""
        return self.trend[-1] - self.trend[-2]

    @property
    def in_all(self) -> int:
        """By how much it changed over the whole course."""
        return self.trend[-1] - self.trend[0]


@dataclass(frozen=True)
class Step:
    """How many introductions came so far, and what they brought; None where a step brings no money."""

    metric: Metric
    value: int
    share: Fraction | None
    money: Metric | None = None
    amount: int | None = None


@dataclass(frozen=True)
class Progress:
    """How far a target was reached. `elapsed`: how much of its year has passed; `actual`: None while nothing can
    count for it."""

    target: Target
    actual: int | None
    as_of: date
    elapsed: Fraction

    @property
    def share(self) -> Fraction:
        """What was reached of it."""
        return Fraction(self.actual or 0, self.target.value)


@dataclass(frozen=True)
class Activity:
    """How many of the institutions at present are active, quiet or silent."""

    metric: Metric
    value: int
    share: Fraction | None


@dataclass(frozen=True)
class Held:
    """A yardstick held to our records, as far as they know, and what others say. `known`: of how many it is known."""

    yardstick: Yardstick
    numerator: int | None
    denominator: int | None
    known: int | None
    references: tuple[ReferenceFigure, ...]

    @property
    def share(self) -> Fraction | None:
        """The share; None where our records cannot know, or of nothing."""
        return share_of(self.numerator or 0, self.denominator or 0) if self.numerator is not None else None

    @property
    def is_reached(self) -> bool:
        """True where our own records reach it."""
        return self.share is not None and self.share * 100 >= self.yardstick.least


@dataclass(frozen=True)
class Dashboard:
    """Everything that the dashboard shows as of a day."""

    as_of: date
    headline: tuple[Headline, ...]
    targets: tuple[Progress, ...]
    steps: tuple[Step, ...]
    matrix: Matrix
    served: Served
    present: int
    activity: tuple[Activity, ...]
    yardsticks: tuple[Held, ...]
    references: tuple[ReferenceFigure, ...]


def figures_of(as_of: date, confirmed_by: str = "") -> Dashboard:
    """The dashboard as of a day. `confirmed_by`: the side that confirmed what its headline, its amounts and its chart
    of companies count; targets, matrix and yardsticks are held to everything."""
    days, names = tuple(ends_of_months(as_of)), [limited_to(name, confirmed_by).name for name in HEADLINE]
    others, course = references(), courses(days, (*names, *HALF.values()))
    found = {name: told[-1] for name, told in course.items()} | measures(as_of, BESIDE)
    beside = {one.code for one in YARDSTICKS}
    return Dashboard(
        as_of=as_of,
        headline=headline(days, {name: course[name] for name in names}, found),
        targets=progress(as_of.year, as_of),
        steps=steps(found, confirmed_by),
        matrix=standing_on(as_of).matrix,
        served=served_by_month(days, confirmed_by),
        present=found[PRESENT].value,
        activity=tuple(
            Activity(METRICS[name], found[name].value, share_of(found[name].value, found[PRESENT].value))
            for name in ACTIVITY
        ),
        yardsticks=tuple(held(one, found, others) for one in YARDSTICKS),
        references=tuple(one for one in others if one.beside not in beside),
    )


def headline(
    days: tuple[date, ...], course: dict[str, list[Measure]], found: dict[str, Measure]
) -> tuple[Headline, ...]:
    values = {name: tuple(one.value for one in told) for name, told in course.items()}
    beside = {name: (METRICS[other], found[other].value) for name, other in HALF.items()}
    return tuple(
        Headline(METRICS[name], trend[-1], days, trend, beside.get(name), range_of(name, days[-1]))
        for name, trend in values.items()
    )


def steps(found: dict[str, Measure], confirmed_by: str) -> tuple[Step, ...]:
    introduced = found[STEPS[0]].value
    money = {step: limited_to(name, confirmed_by) for step, name in MONEY.items()}
    return tuple(
        Step(
            METRICS[name],
            found[name].value,
            share_of(found[name].value, introduced),
            money.get(name),
            found[money[name].name].value if name in money else None,
        )
        for name in STEPS
    )


def progress(year: int, as_of: date) -> tuple[Progress, ...]:
    """How far the targets of a year were reached as of a day, or at its end where that has passed."""
    targets = targets_of(year)
    day = min(as_of, date(year, 12, 31))
    if not targets:
        return ()
    actual = measures(day, sorted({one.metric for one in targets}))
    elapsed = elapsed_of(year, as_of)
    return tuple(
        Progress(one, actual[one.metric].value if counts(one, elapsed) else None, day, elapsed) for one in targets
    )


def counts(target: Target, elapsed: Fraction) -> bool:
    """False for what is counted from 1 January of a year that has not begun."""
    return elapsed > 0 or target.of.since != "year"


def elapsed_of(year: int, as_of: date) -> Fraction:
    """How much of a year has passed at the end of a day."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    passed = min(max((as_of + timedelta(days=1) - first).days, 0), (after - first).days)
    return Fraction(passed, (after - first).days)


def held(yardstick: Yardstick, found: dict[str, Measure], others: Sequence[ReferenceFigure]) -> Held:
    numerator, denominator, known = (
        found[name].value if name else None for name in (yardstick.numerator, yardstick.denominator, yardstick.known)
    )
    beside = tuple(one for one in others if one.beside == yardstick.code)
    return Held(yardstick, numerator, denominator, known, beside)


def share_of(part: int, whole: int) -> Fraction | None:
    """A share; None of nothing."""
    return Fraction(part, whole) if whole else None
