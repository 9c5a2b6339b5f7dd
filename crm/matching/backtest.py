"""How well matching would have done: past rounds are matched by what was known before their first introduction, and the
ten best institutions compared with those that the round came to meet.

A round that met nobody tells nothing, and is left out. Institutions that nobody introduced count as misses, so every
precision is a lower bound; `best` is what a ranking could reach at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crm.core.clock import end_of
from crm.matching.factors import MOST, Factor, Factors, Weights, factors_of, score
from crm.matching.likeness import Theses
from crm.matching.queries.then import Archive, Past
from crm.matching.queries.weights import weights_now
from crm.matching.sides import NO_RECORD, Backer, barriers
from crm.matrix.sides import covers

TOP = 10
ROUNDS = 300  # the latest; more are not looked at
STEPS = (0, 1, 2, 3, 5, 8, MOST)  # weights that are tried
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Case:
    """One past round: whom it met, whom each way of choosing had to choose from, and the factors of every pair that
    passed the gates."""

    first_on: date
    met: frozenset[int]
    everybody: frozenset[int]
    covering: frozenset[int]
    pairs: Sequence[tuple[int, Factors]]

    def hits(self, weights: Weights) -> int:
        """Of the ten best by these weights, how many it met."""
        return sum(one in self.met for one in self.ranked(weights)[:TOP])

    def ranked(self, weights: Weights) -> list[int]:
        """Institutions, the best first, each by its best fund."""
        best: dict[int, int] = {}
        for institution_id, factors in self.pairs:
            best[institution_id] = max(best.get(institution_id, 0), score(factors, weights))
        return sorted(best, key=lambda one: (-best[one], one))

    def average_precision(self, weights: Weights) -> float:
        """The mean over those met of how pure the list is down to each; finer than hits, for choosing weights."""
        found, total = 0, 0.0
        for place, one in enumerate(self.ranked(weights), start=1):
            if one in self.met:
                found += 1
                total += found / place
        return total / len(self.met)

    def expected(self, among: frozenset[int]) -> float:
        """How many of ten it met are expected among ten drawn from a set."""
        return len(self.met & among) * min(TOP, len(among)) / len(among) if among else 0.0


@dataclass(frozen=True)
class Proposal:
    """Weights fitted on the earlier half of the rounds; precision of the present and of these, on both halves."""

    weights: dict[str, int]
    earlier: tuple[float, float]
    later: tuple[float, float]
    earlier_rounds: int
    later_rounds: int


@dataclass(frozen=True)
class Backtest:
    """What was found. `precision`, `found`: of ten how many met, and of those met how many were among the ten, for
    matching, for choosing by stage and sector alone, and for choosing by chance."""

    rounds: int
    meetings: int
    first_on: date | None
    last_on: date | None
    best: float
    precision: dict[str, float]
    found: dict[str, float]
    weights_number: int
    proposal: Proposal | None = None
    not_looked_at: int = 0

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        told = asdict(self)
        for name in ("first_on", "last_on"):
            told[name] = told[name].isoformat() if told[name] else None
        return told | {"proposal": told["proposal"] or {}}


def backtest(day: date, progress: Progress = lambda done, total: None) -> Backtest:
    """Match the past rounds of before a day anew, by what was known then."""
    archive = Archive(datetime(1970, 1, 1, tzinfo=UTC))
    past = archive.past_rounds(day)
    cases = []
    for place, one in enumerate(past[-ROUNDS:]):
        cases.append(case_of(archive, one))
        progress(place, min(len(past), ROUNDS))
    weighted = weights_now()
    return measured(cases, weighted.weights, weighted.number, not_looked_at=max(0, len(past) - ROUNDS))


def case_of(archive: Archive, past: Past) -> Case:
    """A past round by what was known when the day of its first introduction began."""
    moment = end_of(past.first_on - timedelta(days=1))
    backers = archive.backers(moment)
    records = archive.records(moment, past.first_on)
    seeker = archive.seeker(past, moment)
    theses = Theses(sorted({one.thesis for one in backers}))
    profile = theses.vector(seeker.text)
    passing: list[tuple[int, Factors]] = []
    for backer in backers:
        record = records.get(backer.institution_id, NO_RECORD)
        if not barriers(backer, seeker, record, past.first_on):
            likeness = theses.likeness(backer.thesis, profile)
            passing.append((backer.institution_id, factors_of(backer, seeker, record, likeness, past.first_on)))
    present = [one for one in backers if is_present(one, past.first_on)]
    covering = frozenset(one.institution_id for one in present if covers(one.offer, seeker.need))
    return Case(past.first_on, past.met, frozenset(one.institution_id for one in present), covering, passing)


def is_present(backer: Backer, day: date) -> bool:
    return backer.left_on is None or backer.left_on > day


def measured(cases: Sequence[Case], weights: Weights, number: int, *, not_looked_at: int = 0) -> Backtest:
    """How well each way of choosing did on all cases, and which weights would have done better."""
    meetings = sum(len(case.met) for case in cases)
    hits = {
        "matching": sum(case.hits(weights) for case in cases),
        "stage_and_sector": sum(case.expected(case.covering) for case in cases),
        "chance": sum(case.expected(case.everybody) for case in cases),
    }
    asked = TOP * len(cases)
    return Backtest(
        rounds=len(cases),
        meetings=meetings,
        first_on=cases[0].first_on if cases else None,
        last_on=cases[-1].first_on if cases else None,
        best=share(sum(min(TOP, len(case.met)) for case in cases), asked),
        precision={name: share(found, asked) for name, found in hits.items()},
        found={name: share(found, meetings) for name, found in hits.items()},
        weights_number=number,
        proposal=proposed(cases, weights),
        not_looked_at=not_looked_at,
    )


def share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def proposed(cases: Sequence[Case], weights: Weights) -> Proposal | None:
    """Weights that do best on the earlier half, measured on the later one, which they have not seen."""
    half = len(cases) // 2
    earlier, later = cases[:half], cases[half:]
    if not earlier:
        return None
    fitted = fit(earlier, weights)
    if fitted == dict(weights):
        return None
    return Proposal(
        weights={factor.value: fitted[factor] for factor in Factor},
        earlier=(precision(earlier, weights), precision(earlier, fitted)),
        later=(precision(later, weights), precision(later, fitted)),
        earlier_rounds=len(earlier),
        later_rounds=len(later),
    )


def fit(cases: Sequence[Case], weights: Weights) -> Mapping[Factor, int]:
    """The best weights that changing one after the other reaches, by average precision; the present ones where none
    are better."""
    best: dict[Factor, int] = {factor: weights[factor] for factor in Factor}
    reached = goodness(cases, best)
    for factor in (*Factor, *Factor):
        for weight in STEPS:
            tried = best | {factor: weight}
            value = goodness(cases, tried) if any(tried.values()) else 0.0
            if value > reached + 1e-9:
                best, reached = tried, value
    return best


def goodness(cases: Sequence[Case], weights: Weights) -> float:
    return sum(case.average_precision(weights) for case in cases)


def precision(cases: Sequence[Case], weights: Weights) -> float:
    """Of ten, how many the rounds met on average, as a share."""
    return share(sum(case.hits(weights) for case in cases), TOP * len(cases))
