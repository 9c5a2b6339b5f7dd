"""The matches of every open round and every institution at once: what depends on a round's stage and sectors alone is
found once for all rounds that share them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import heappush, heappushpop

from crm.matching.queries.found import KEPT, Found
from crm.matching.queries.sides import SCORED
from crm.matching.ranking import Match, Pair, Scale, pairs, told
from crm.matching.sides import Backer, Record, Seeker
from crm.matrix.reachable import Kind
from crm.matrix.sides import Condition, Need, failing

Best = list[tuple[int, int, Match]]


class Sweep:
    """Goes through the rounds, and remembers the best ones of each institution."""

    def __init__(self, backers: Sequence[Backer], records: Mapping[int, Record], scale: Scale) -> None:
        self.backers, self.records, self.scale = backers, records, scale
        self.able: dict[Kind, list[Backer]] = {}
        self.by_score: dict[int, Best] = {}
        self.passed: dict[int, int] = {}

    def matches_of(self, seeker: Seeker) -> Found:
        """The best institutions for a round."""
        need = seeker.need
        reached = [one for one in self.able_to(seeker) if need.rest is None or one.offer.ticket <= need.rest]
        candidates = reached[:SCORED]
        best = pairs(candidates, [seeker], self.records, self.scale)
        for one in best:
            self.remember(one)
        return Found([told(one, self.scale.theses) for one in best[:KEPT]], len(reached), len(candidates))

    def able_to(self, seeker: Seeker) -> list[Backer]:
        """Those who take the round's stage and sectors, whatever it seeks; in the order in which they are scored."""
        need = seeker.need
        kind = need.stage, need.layer, need.vertical
        if kind not in self.able:
            whatever = replace(need, rest=None, rest_high=None)
            found = [one for one in self.backers if not self.shut(one, whatever)]
            found.sort(key=lambda one: (need.layer not in one.offer.layers, need.stage not in one.offer.stages))
            self.able[kind] = found
        return self.able[kind]

    def shut(self, backer: Backer, need: Need) -> bool:
        conditions = failing(backer.offer, need, self.scale.day)
        return any(one != Condition.INVESTABLE or backer.offer.investable is not None for one in conditions)

    def remember(self, one: Pair) -> None:
        match = one.match
        self.passed[match.institution_id] = self.passed.get(match.institution_id, 0) + 1
        heap = self.by_score.setdefault(match.institution_id, [])
        if len(heap) < KEPT:
            heappush(heap, (match.score, -match.round_id, told(one, self.scale.theses)))
        elif (match.score, -match.round_id) > heap[0][:2]:
            heappushpop(heap, (match.score, -match.round_id, told(one, self.scale.theses)))

    def of_institutions(self) -> Iterator[tuple[int, list[Match]]]:
        """(institution, its best rounds)."""
        return ((institution_id, [match for *_, match in best]) for institution_id, best in self.by_score.items())
