"""Ratios that hold on a busy machine: two things measured in turn, and the median over the turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

PAIRS = 7
Measure = Callable[[], float]


@dataclass(frozen=True)
class Ratio:
    """How many times as much the first took as the second: the median over the pairs, and its extremes."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}-{self.most:.2f})"


def in_turn(measures: Sequence[Measure], rounds: int = PAIRS) -> list[list[float]]:
    """Measure each in turn, A B C A B C …; returns the values of each."""
    values: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for measure, known in zip(measures, values, strict=True):
            known.append(measure())
    return values


def ratio(first: Sequence[float], second: Sequence[float]) -> Ratio:
    """The ratio pair by pair, so that a machine that slows down between pairs changes nothing."""
    ratios = [a / b for a, b in zip(first, second, strict=True)]
    return Ratio(median(ratios), min(ratios), max(ratios))
