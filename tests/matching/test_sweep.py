"""All matches at once are the same matches: what the sweep leaves out could not have been among the best."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from crm.deals.models import DealStatus
from crm.matching.factors import FIRST_WEIGHTS, Factor, Weights
from crm.matching.likeness import Theses
from crm.matching.queries.found import KEPT
from crm.matching.ranking import Match, Pair, Scale, pairs
from crm.matching.sides import Backer, Record, Seeker
from crm.matching.sweep import Sweep
from tests.factories import WAN
from tests.matching.sides import BACKER, DAY, FUND, ROUND, SEEKER, told

WORDS = ("推理芯片", "端侧模型", "医疗影像", "机器人", "语料清洗")
ONLY_STAGE = {factor: int(factor == Factor.STAGE) for factor in Factor}
NOTHING = dict.fromkeys(Factor, 0)


def a_backer(number: int, chance: random.Random) -> Backer:
    offer = replace(
        FUND,
        fund_id=number + 1,
        stages=tuple(chance.sample(("early", "growth", "seed"), chance.randint(1, 3))),
        layers=tuple(chance.sample(("compute", "models"), chance.randint(0, 2))),
        ticket=chance.choice((100, 2_000)) * WAN,
        ticket_high=chance.choice((None, 3_000 * WAN)),
        investable=chance.choice((None, 0, 9_000 * WAN)),
    )
    thesis = "、".join(chance.sample(WORDS, 2))
    return replace(BACKER, institution_id=number // 2, offer=offer, role=chance.choice(("lead", None)), thesis=thesis)


def a_record(number: int, chance: random.Random) -> Record:
    passed = [
        told(startup_id=chance.randint(1, 30), status=DealStatus.PASSED, reason=chance.choice(("sector", "timing")))
        for _ in range(chance.randint(0, 4))
    ]
    held = [told(startup_id=100 + number)] if number % 7 == 0 else []
    return Record(judged=9, replied=chance.randint(0, 9), last_on=DAY, passes=passed, held=held, rounds={number})


def a_seeker(number: int, chance: random.Random) -> Seeker:
    need = replace(
        ROUND,
        round_id=number,
        startup_id=number,
        stage=chance.choice(("early", "growth")),
        layer=chance.choice(("compute", "models")),
        rest=chance.choice((None, 500, 8_000)) and 8_000 * WAN,
    )
    rivals = frozenset({107}) if number % 5 == 0 else frozenset()
    return replace(SEEKER, need=need, text=chance.choice(WORDS), has_lead=number % 2 == 0, competitors=rivals)


def what(one: Match) -> tuple[int, int, int, int | None]:
    return one.score, one.round_id, one.institution_id, one.fund_id


@pytest.mark.parametrize("weights", [FIRST_WEIGHTS, ONLY_STAGE, NOTHING], ids=["first", "one", "none"])
def test_a_sweep_finds_the_best_of_all_pairs_for_both_sides(weights: Weights) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    backers = [a_backer(number, chance) for number in range(160)]
    records = {number: a_record(number, chance) for number in range(80)}
    seekers = [a_seeker(number, chance) for number in range(1, 41)]
    scale = Scale(Theses([one.thesis for one in backers]), weights, DAY)
    sweep = Sweep(backers, records, scale)
    for seeker in seekers:
        wanted = [what(one.match) for one in pairs(backers, [seeker], records, scale)]
        assert [what(one) for one in sweep.matches_of(seeker).matches] == wanted[:KEPT]
        assert len(wanted) > KEPT, "the control: there is something to leave out"
    every = pairs(backers, seekers, records, scale)
    for institution_id, kept in sweep.of_institutions():
        assert sorted(map(what, kept)) == sorted(what(one.match) for one in best_of(every, institution_id))


def best_of(every: list[Pair], institution_id: int) -> list[Pair]:
    own = [one for one in every if one.match.institution_id == institution_id]
    return sorted(own, key=lambda one: (-one.match.score, one.match.round_id))[:KEPT]
