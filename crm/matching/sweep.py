"""The matches of every open round and every institution at once: what depends on a round's stage and sectors alone is
found once for all rounds that share them, and only the pairs that may be among the best are told in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import heappush, heappushpop
from itertools import islice

from crm.matching.factors import (
    Factor,
    Weights,
    activity,
    depth,
    local,
    narrowness,
    passes,
    response,
    role,
    sector,
    text,
    ticket,
)
from crm.matching.queries.found import KEPT, Found
from crm.matching.queries.sides import SCORED
from crm.matching.ranking import Match, Scale, pairs, told
from crm.matching.sides import NO_RECORD, Backer, Record, Seeker, between
from crm.matrix.reachable import Kind
from crm.matrix.sides import Need, Offer, covers

Best = list[tuple[int, int, Match]]
ROUNDED = 0.51  # what a score in full may differ by from one that was added up otherwise


@dataclass(frozen=True, slots=True)
class Standing:
    """A backer before the rounds of one stage and sector. `fixed`: what its factors that are the same for all of them
    add to a score; `passed_on`: startups that it passed on, whose rounds have a factor of their own."""

    backer: Backer
    record: Record
    fixed: float
    passed_on: frozenset[int]


class Sweep:
    """Goes through the rounds, and remembers the best ones of each institution."""

    def __init__(self, backers: Sequence[Backer], records: Mapping[int, Record], scale: Scale) -> None:
        self.records, self.scale = records, scale
        self.passed_on = {
            number: frozenset(one.startup_id for one in record.passes) for number, record in records.items()
        }
        self.ready = [one for one in backers if is_ready(one.offer, scale.day)]
        self.shares = shares_of(scale.weights)
        self.able: dict[Kind, list[Standing]] = {}
        self.by_score: dict[int, Best] = {}
        self.passed: dict[int, int] = {}

    def matches_of(self, seeker: Seeker) -> Found:
        """The best institutions for a round."""
        need = seeker.need
        reached = [one for one in self.able_to(seeker) if need.rest is None or one.backer.offer.ticket <= need.rest]
        candidates = reached[:SCORED]
        rough = self.rough_scores(candidates, seeker)
        self.remember(rough, seeker)
        best = pairs(near_the_best(rough), [seeker], self.records, self.scale)[:KEPT]
        return Found([told(one, self.scale.theses) for one in best], len(reached), len(candidates))

    def able_to(self, seeker: Seeker) -> list[Standing]:
        """Those who take the round's stage and sectors, whatever it seeks; in the order in which they are scored."""
        need = seeker.need
        kind = need.stage, need.layer, need.vertical
        if kind not in self.able:
            whatever = replace(need, startup_id=0, rest=None, rest_high=None)
            found = [self.standing(one, whatever) for one in self.ready if covers(one.offer, whatever)]
            found.sort(
                key=lambda one: (
                    need.layer not in one.backer.offer.layers,
                    need.stage not in one.backer.offer.stages,
                )
            )
            self.able[kind] = found
        return self.able[kind]

    def standing(self, backer: Backer, need: Need) -> Standing:
        record, share = self.records.get(backer.institution_id, NO_RECORD), self.shares
        fixed = (
            share[Factor.STAGE] * narrowness(backer.offer.stages, need.stage)
            + share[Factor.SECTOR] * sector(backer.offer, need).value
            + share[Factor.DEPTH] * depth(record, need).value
            + share[Factor.RESPONSE] * response(record).value
            + share[Factor.ACTIVITY] * activity(record, self.scale.day).value
            + share[Factor.PASSES] * passes(record, need).value
        )
        return Standing(backer, record, fixed, self.passed_on.get(backer.institution_id, frozenset()))

    def rough_scores(self, candidates: Sequence[Standing], seeker: Seeker) -> dict[int, list[tuple[float, Backer]]]:
        """{institution: (score but for rounding, backer) of those for whom no gate of the round is shut}."""
        share, need, theses = self.shares, seeker.need, self.scale.theses
        profile = theses.vector(seeker.text)
        alike: dict[str, float] = {}
        near: dict[tuple[tuple[str, ...], tuple[str, ...]], float] = {}
        needed: dict[str | None, float] = {}
        found: dict[int, list[tuple[float, Backer]]] = {}
        for one in candidates:
            backer = one.backer
            if any(between(backer, seeker, one.record, self.scale.day).values()):
                continue
            if backer.thesis not in alike:
                alike[backer.thesis] = share[Factor.TEXT] * text(theses.likeness(backer.thesis, profile)).value
            if (places := (backer.requirements, backer.regions)) not in near:
                near[places] = share[Factor.LOCAL] * local(backer, seeker).value
            if backer.role not in needed:
                needed[backer.role] = share[Factor.ROLE] * role(backer, seeker).value
            score = (
                one.fixed
                + alike[backer.thesis]
                + share[Factor.TICKET] * ticket(backer.offer, need).value
                + near[places]
                + needed[backer.role]
            )
            if need.startup_id in one.passed_on:
                changed = passes(one.record, need).value - passes(one.record, replace(need, startup_id=0)).value
                score += share[Factor.PASSES] * changed
            found.setdefault(backer.institution_id, []).append((score, backer))
        return found

    def remember(self, rough: Mapping[int, Sequence[tuple[float, Backer]]], seeker: Seeker) -> None:
        """Keep the round for those institutions of whose best rounds it is one."""
        for institution_id, own in rough.items():
            self.passed[institution_id] = self.passed.get(institution_id, 0) + 1
            heap = self.by_score.setdefault(institution_id, [])
            if len(heap) == KEPT and not may_precede(max(own, key=first)[0], seeker.need.round_id, *heap[0][:2]):
                continue
            (one,) = pairs([backer for _, backer in own], [seeker], self.records, self.scale)
            place = one.match.score, -one.match.round_id
            if len(heap) < KEPT:
                heappush(heap, (*place, told(one, self.scale.theses)))
            elif place > heap[0][:2]:
                heappushpop(heap, (*place, told(one, self.scale.theses)))

    def of_institutions(self) -> Iterator[tuple[int, list[Match]]]:
        """(institution, its best rounds)."""
        return ((institution_id, [match for *_, match in best]) for institution_id, best in self.by_score.items())


def is_ready(offer: Offer, day: date) -> bool:
    """True for a fund that can invest on a day as far as is known: to none of the rounds this gate is shut."""
    return offer.invests_on(day) and offer.pays_cny is not False and (offer.has_room or offer.investable is None)


def shares_of(weights: Weights) -> Mapping[Factor, float]:
    """What a factor of 1 adds to a score, in thousandths; all the same where no weight counts."""
    counted = weights if any(weights.values()) else dict.fromkeys(weights, 1)
    return {factor: 1000 * weight / sum(counted.values()) for factor, weight in counted.items()}


def near_the_best(rough: Mapping[int, Sequence[tuple[float, Backer]]]) -> list[Backer]:
    """The backers that may be among the best institutions, once their scores are rounded."""
    tops = sorted((max(own, key=first)[0] for own in rough.values()), reverse=True)
    least = next(islice(tops, KEPT - 1, None), 0) - 2 * ROUNDED
    return [backer for own in rough.values() for score, backer in own if score >= least]


def may_precede(rough: float, round_id: int, score: int, other: int) -> bool:
    """Whether a round may be better than the last of the best, once its score is rounded; of like ones the earlier is.

    `score`, `other`: of that one, as heaps order them.
    """
    return rough >= score + (1 - ROUNDED if -round_id < other else -ROUNDED)


def first(pair: tuple[float, Backer]) -> float:
    return pair[0]
