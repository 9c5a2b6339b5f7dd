"""The matches of one round or one institution, computed from the records as they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from crm.core.db import db
from crm.deals.models import Round
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
FEW = 30  # of a first look, that are scored in full


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
    passing = backers_of(gates_of_round(seeker, day).limit(SCORED + 1))
    scale, candidates = scale_on(day), passing[:SCORED]
    best = pairs(candidates, [seeker], records(day, {one.institution_id for one in candidates}), scale)
    return Found(tell(best[:KEPT], scale), len(passing), len(candidates))


def found_for_institution(institution_id: int, day: date) -> Found:
    """Which rounds suit an institution, of the latest."""
    own = backers_of(investing().where(Institution.id == institution_id))
    ids = ids_of(rounds_for(own, day).limit(SCORED + 1))
    scale = scale_on(day)
    best = pairs(own, seekers(ids[:SCORED]), records(day, [institution_id]), scale)
    return Found(tell(best[:KEPT], scale), len(ids), min(len(ids), SCORED))


def first_for_round(round_id: int, day: date) -> Found:
    """The same at a first look: what is known of earlier deals is read of those alone that are best without it."""
    seeker = next(iter(seekers([round_id])), None)
    if seeker is None:
        return Found()
    passing = backers_of(gates_of_round(seeker, day).limit(SCORED + 1))
    scale = scale_on(day)
    best = [one.backer for one in pairs(passing[:SCORED], [seeker], {}, scale)[:FEW]]
    known = records(day, {one.institution_id for one in best})
    return Found(tell(pairs(best, [seeker], known, scale)[:KEPT], scale), len(passing), min(len(passing), FEW))


def matches_with(institution_ids: Collection[int], round_id: int, day: date) -> list[Match]:
    """The matches of a round with some institutions."""
    own = seekers([round_id])
    backers = [one for seeker in own for one in backers_of(gates_of_round(seeker, day, institution_ids))]
    scale, known = scale_on(day), records(day, {one.institution_id for one in backers})
    return tell(pairs(backers, own, known, scale), scale)


def matches_about(round_ids: Collection[int], institution_id: int, day: date) -> list[Match]:
    """The matches of an institution with some rounds."""
    own = backers_of(investing().where(Institution.id == institution_id))
    passing = seekers(ids_of(rounds_for(own, day).where(Round.id.in_(round_ids))))
    scale = scale_on(day)
    return tell(pairs(own, passing, records(day, [institution_id]), scale), scale)


def ids_of(found: sa.Select[int]) -> list[int]:
    return list(db.session.scalars(found))


def tell(best: Sequence[Pair], scale: Scale) -> list[Match]:
    return [told(one, scale.theses) for one in best]
