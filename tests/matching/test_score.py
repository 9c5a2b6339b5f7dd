"""A score by hand, and that a pair has one score from both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crm.deals.models import DealStatus
from crm.matching.factors import FIRST_WEIGHTS, Factor, factors_of, score
from crm.matching.likeness import Theses
from crm.matching.ranking import Scale, pairs
from crm.matching.sides import Record
from tests.factories import WAN
from tests.matching.sides import BACKER, DAY, FUND, NOTHING_KNOWN, ROUND, SEEKER, told

PASSED = told(startup_id=5, stage="met", status=DealStatus.PASSED, reason="valuation", moved_on=date(2026, 3, 1))
IN_SECTOR = told(startup_id=11, stage="referred", status=DealStatus.PASSED, reason="sector")


def test_the_worked_example() -> None:
    record = Record(judged=4, replied=2, last_on=DAY - timedelta(days=180), passes=[PASSED, IN_SECTOR])
    record.met["compute"] = 2
    factors = factors_of(BACKER, SEEKER, record, 0.2, DAY)
    assert {factor: round(one.value, 4) for factor, one in factors.items()} == {
        Factor.TEXT: 0.5,  # a cosine of 0.2 of 0.4
        Factor.TICKET: 0.5,  # 1,000 of 8,000 is an eighth; a quarter is enough
        Factor.STAGE: 0.75,  # one of two stages that are named
        Factor.SECTOR: 0.65,  # the sector alone: 1; no industry named: 0.3
        Factor.DEPTH: 0.5,  # 2 / (2 + 2)
        Factor.RESPONSE: 0.5,  # (2 + 1) / (4 + 2)
        Factor.PASSES: 0.25,  # 1 - 0.6 for this startup - 0.15 for its sector, by its sector
        Factor.LOCAL: 0.8,  # registered in Shanghai, which the thesis names
        Factor.ACTIVITY: 0.5,  # half a life
        Factor.ROLE: 1.0,  # it leads, and nobody does yet
    }
    # (6×0.5 + 3×0.5 + 3×0.75 + 3×0.65 + 2×0.5 + 2×0.5 + 3×0.25 + 2×0.8 + 1×0.5 + 1×1) / 26 = 14.55 / 26
    assert score(factors, FIRST_WEIGHTS) == 560


@pytest.mark.parametrize(
    ("backer", "factor", "value"),
    [
        (replace(BACKER, requirements=("徐汇区",)), Factor.LOCAL, 1.0),
        (replace(BACKER, requirements=("合肥",)), Factor.LOCAL, 0.2),
        (replace(BACKER, regions=("深圳",)), Factor.LOCAL, 0.2),
        (replace(BACKER, regions=()), Factor.LOCAL, 0.5),
        (replace(BACKER, role="follow"), Factor.ROLE, 0.3),
        (replace(BACKER, role=None), Factor.ROLE, 0.5),
        (replace(BACKER, offer=replace(FUND, ticket_high=2000 * WAN)), Factor.TICKET, 1.0),
        (replace(BACKER, offer=replace(FUND, ticket_high=500 * WAN)), Factor.TICKET, 0.25),
        (replace(BACKER, offer=replace(FUND, stages=())), Factor.STAGE, 0.3),
    ],
)
def test_one_thing_otherwise_moves_one_factor(backer: object, factor: Factor, value: float) -> None:
    before = factors_of(BACKER, SEEKER, NOTHING_KNOWN, 0.2, DAY)
    after = factors_of(backer, SEEKER, NOTHING_KNOWN, 0.2, DAY)  # type: ignore[arg-type]
    assert after[factor].value == value
    assert [one for one in Factor if before[one].value != after[one].value] == [factor]


def test_bad_timing_weighs_less_than_another_reason() -> None:
    later = PASSED._replace(reason="timing")
    assert factors_of(BACKER, SEEKER, Record(passes=[later]), 0, DAY)[Factor.PASSES].value == 0.7
    assert factors_of(BACKER, SEEKER, Record(passes=[PASSED]), 0, DAY)[Factor.PASSES].value == 0.4


def test_a_weight_of_nought_takes_a_factor_out() -> None:
    factors = factors_of(BACKER, SEEKER, NOTHING_KNOWN, 0.2, DAY)
    only = {factor: int(factor == Factor.STAGE) for factor in Factor}
    assert score(factors, only) == 750


def test_a_pair_has_one_score_from_both_sides_and_the_best_fund_stands_for_its_institution() -> None:
    scale = Scale(Theses([BACKER.thesis]), FIRST_WEIGHTS, DAY)
    narrow = replace(BACKER, offer=replace(FUND, fund_id=2, stages=("early",)))
    other = replace(BACKER, institution_id=8, offer=replace(FUND, fund_id=3))
    second = replace(SEEKER, need=replace(ROUND, round_id=4, startup_id=6, stage="growth"))
    backers, seekers = [BACKER, narrow, other], [SEEKER, second]
    together = {(one.match.round_id, one.match.institution_id): one.match for one in pairs(backers, seekers, {}, scale)}
    for seeker in seekers:
        for institution_id in (7, 8):
            own = [one for one in backers if one.institution_id == institution_id]
            (alone,) = pairs(own, [seeker], {}, scale)
            assert together[seeker.need.round_id, institution_id] == alone.match
    assert together[3, 7].fund_id == 2, "the fund that names the stage alone"
    assert together[4, 7].fund_id == 1, "it does not take the other stage"
