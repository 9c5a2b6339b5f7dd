"""The matches of one round or one institution, computed from the records as they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from crm.core.listing import count_up_to
from crm.institutions.models import Institution
from crm.matching.queries.sides import (
    SCORED,
    backers_of,
    gates_of_round,
    investing,
    records,
    rounds_for,
    seekers,
    theses,
)
from crm.matching.queries.weights import weights_now
from crm.matching.ranking import Match, Pair, Scale, pairs, told

KEPT = 20
COUNTED = 1_000


@dataclass(frozen=True)
class Found:
    """The best matches of one side; see MatchRun for `passed` and `scored`."""

    matches: Sequence[Match] = ()
    passed: int = 0
    scored: int = 0


def scale_on(day: date) -> Scale:
    """What pairs are measured by now."""
    return Scale(theses(), weights_now().weights, day)


def found_for_round(round_id: int, day: date) -> Found:
    """Whom a round suits; nothing for one that is not open, or seeks nothing more."""
    seeker = next(iter(seekers([round_id])), None)
    if seeker is None:
        return Found()
    gates = gates_of_round(seeker, day)
    candidates = backers_of(gates.limit(SCORED))
    scale = scale_on(day)
    best = pairs(candidates, [seeker], records(day, {one.institution_id for one in candidates}), scale)
    return Found(tell(best[:KEPT], scale), count_up_to(gates, COUNTED), len(candidates))


def found_for_institution(institution_id: int, day: date) -> Found:
    """Which rounds suit an institution, of the latest."""
    own = backers_of(investing().where(Institution.id == institution_id))
    ids = rounds_for(own, day)
    scale = scale_on(day)
    best = pairs(own, seekers(ids[:SCORED]), records(day, [institution_id]), scale)
    return Found(tell(best[:KEPT], scale), len(ids), min(len(ids), SCORED))


def matches_with(institution_ids: Collection[int], round_id: int, day: date) -> list[Match]:
    """The matches of a round with some institutions."""
    backers = backers_of(investing().where(Institution.id.in_(institution_ids)))
    scale = scale_on(day)
    return tell(pairs(backers, seekers([round_id]), records(day, institution_ids), scale), scale)


def matches_about(round_ids: Collection[int], institution_id: int, day: date) -> list[Match]:
    """The matches of an institution with some rounds."""
    own = backers_of(investing().where(Institution.id == institution_id))
    scale = scale_on(day)
    return tell(pairs(own, seekers(round_ids), records(day, [institution_id]), scale), scale)


def tell(best: Sequence[Pair], scale: Scale) -> list[Match]:
    return [told(one, scale.theses) for one in best]
