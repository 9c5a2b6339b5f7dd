"""Pairs that pass every gate, scored and in order. A pair has one score, from whichever side it is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from crm.matching.factors import Factor, Factors, Weights, factors_of, score
from crm.matching.likeness import Theses, Vector
from crm.matching.sides import NO_RECORD, Backer, Check, Record, Seeker, barriers, checks


@dataclass(frozen=True)
class Scale:
    """What all pairs are measured by."""

    theses: Theses
    weights: Weights
    day: date


@dataclass(frozen=True)
class Match:
    """A round and an institution that suit each other. `score`: in thousandths."""

    round_id: int
    institution_id: int
    fund_id: int | None
    score: int
    factors: Factors
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A match with its two sides."""

    match: Match
    backer: Backer
    seeker: Seeker


def pair(backer: Backer, seeker: Seeker, record: Record, scale: Scale, profile: Vector) -> Pair:
    """The score of a pair that passes the gates. `profile`: the vector of the seeker's text."""
    factors = factors_of(backer, seeker, record, scale.theses.likeness(backer.thesis, profile), scale.day)
    match = Match(
        round_id=seeker.need.round_id,
        institution_id=backer.institution_id,
        fund_id=backer.fund_id,
        score=score(factors, scale.weights),
        factors=factors,
        checks=tuple(checks(backer, seeker, record)),
    )
    return Pair(match, backer, seeker)


def pairs(
    backers: Iterable[Backer], seekers: Iterable[Seeker], records: Mapping[int, Record], scale: Scale
) -> list[Pair]:
    """Every pair that passes the gates, of each institution and round the best one: with which fund. Best first."""
    best: dict[tuple[int, int], Pair] = {}
    sides = list(backers)
    for seeker in seekers:
        profile = scale.theses.vector(seeker.text)
        for backer in sides:
            record = records.get(backer.institution_id, NO_RECORD)
            if barriers(backer, seeker, record, scale.day):
                continue
            found = pair(backer, seeker, record, scale, profile)
            key = found.match.round_id, found.match.institution_id
            if key not in best or rank(found) < rank(best[key]):
                best[key] = found
    return sorted(best.values(), key=rank)


def rank(one: Pair) -> tuple[int, int, int, int]:
    """Smaller is better; equal scores stand in the order of their records."""
    match = one.match
    return -match.score, match.round_id, match.institution_id, match.fund_id or 0


def told(one: Pair, theses: Theses) -> Match:
    """The match with the words that its two texts have in common."""
    words = theses.shared(one.backer.thesis, theses.vector(one.seeker.text))
    text = replace(one.match.factors[Factor.TEXT], told=(words, bool(one.backer.thesis)))
    return replace(one.match, factors={**one.match.factors, Factor.TEXT: text})
