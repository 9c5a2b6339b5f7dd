"""Each gate, shut and open; and that opening one never loses a match."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.deals.models import DealStatus
from crm.matching.queries.why_not import refused_by, refused_to, steps
from crm.matching.sides import Backer, Check, Gate, Record, Seeker, barriers, checks
from tests.factories import WAN
from tests.matching.sides import BACKER, DAY, FUND, NOTHING_KNOWN, ROUND, SEEKER, told


def fund(**changed: object) -> Backer:
    return replace(BACKER, offer=replace(FUND, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("backer", "gate"),
    [
        (fund(stages=("seed",)), Gate.STAGE),
        (fund(layers=("models",)), Gate.LAYER),
        (fund(excluded_layers=("compute",)), Gate.LAYER),
        (fund(verticals=("finance",)), Gate.VERTICAL),
        (fund(excluded_verticals=("health",)), Gate.VERTICAL),
        (fund(currencies=("USD",)), Gate.CURRENCY),
        (fund(ends_on=date(2026, 6, 11)), Gate.PERIOD),
        (fund(investable=499 * WAN), Gate.INVESTABLE),
        (fund(ticket=8001 * WAN), Gate.TICKET),
        (replace(BACKER, structures=("red_chip", "vie")), Gate.STRUCTURE),
        (replace(BACKER, is_shut_out=True), Gate.ADMISSION),
        (replace(BACKER, left_on=DAY), Gate.LEFT),
    ],
)
def test_each_gate_shuts_alone(backer: Backer, gate: Gate) -> None:
    assert barriers(BACKER, SEEKER, NOTHING_KNOWN, DAY) == [], "the positive control: nothing else is shut"
    assert barriers(backer, SEEKER, NOTHING_KNOWN, DAY) == [gate]


@pytest.mark.parametrize(
    ("record", "seeker", "gate"),
    [
        (Record(held=[told()]), replace(SEEKER, competitors=frozenset({told().startup_id})), Gate.CONFLICT),
        (Record(rounds={3}), SEEKER, Gate.INTRODUCED),
        (NOTHING_KNOWN, replace(SEEKER, twin_id=7), Gate.SAME_PERSON),
    ],
)
def test_what_only_a_pair_can_tell_shuts_a_gate(record: Record, seeker: Seeker, gate: Gate) -> None:
    assert barriers(BACKER, seeker, record, DAY) == [gate]


@pytest.mark.parametrize(
    "held", [told(startup_id=5), told(layer="models"), told(vertical="finance")], ids=["itself", "layer", "industry"]
)
def test_only_another_startup_of_the_same_sector_and_industry_may_compete(held: object) -> None:
    assert checks(BACKER, SEEKER, Record(held=[held])) == []  # type: ignore[list-item]


def test_who_holds_a_startup_that_may_compete_is_checked_and_not_shut_out() -> None:
    record = Record(held=[told()])
    assert barriers(BACKER, SEEKER, record, DAY) == []
    assert checks(BACKER, SEEKER, record) == [Check.HOLDS_ALIKE]


def test_what_is_not_known_is_to_be_checked_and_shuts_nothing() -> None:
    unknown = replace(fund(investable=None, currency="USD", currencies=()), structures=("domestic",))
    startup = replace(SEEKER, structure=None)
    talks = Record(talks=[told(stage="term_sheet", status=DealStatus.ACTIVE)])
    assert barriers(unknown, startup, talks, DAY) == []
    assert checks(unknown, startup, talks) == [Check.INVESTABLE, Check.CURRENCY, Check.STRUCTURE, Check.TALKS_ALIKE]
    assert checks(BACKER, SEEKER, NOTHING_KNOWN) == []


CODES = st.lists(st.sampled_from(("seed", "early", "growth")), max_size=2, unique=True).map(tuple)
AMOUNTS = st.integers(0, 12).map(lambda n: n * 1000 * WAN)


@st.composite
def some_backer(draw: st.DrawFn) -> Backer:
    changed = replace(
        FUND,
        stages=draw(CODES),
        ticket=draw(AMOUNTS),
        ticket_high=None,
        ends_on=draw(st.sampled_from((None, DAY, date(2026, 1, 1)))),
        investable=draw(st.none() | AMOUNTS),
    )
    return replace(BACKER, offer=changed, structures=draw(st.sampled_from(((), ("domestic",), ("vie",)))))


@given(some_backer(), st.sampled_from(("seed", "early", "growth", None)), st.none() | AMOUNTS)
def test_relaxing_a_condition_never_shuts_a_gate(backer: Backer, stage: str | None, rest: int | None) -> None:
    seeker = replace(SEEKER, need=replace(ROUND, stage=stage, rest=rest))
    before = set(barriers(backer, seeker, NOTHING_KNOWN, DAY))
    offer = backer.offer
    relaxed = (
        replace(backer, offer=replace(offer, ticket=offer.ticket // 2)),
        replace(backer, offer=replace(offer, stages=())),
        replace(backer, offer=replace(offer, ends_on=None)),
        replace(backer, structures=()),
        replace(backer, offer=replace(offer, investable=None)),
    )
    for other in relaxed:
        assert set(barriers(other, seeker, NOTHING_KNOWN, DAY)) <= before


def test_a_smaller_minimum_ticket_brings_as_many_rounds_as_was_said() -> None:
    backer = fund(ticket=1000 * WAN)
    sought = (300, 500, 500, 800, 1000)
    rounds = [
        replace(SEEKER, need=replace(ROUND, round_id=place, rest=amount * WAN)) for place, amount in enumerate(sought)
    ]
    found = refused_to([backer], rounds, NOTHING_KNOWN, DAY)
    assert [(change.gate, change.value, change.more) for change in found.changes] == [
        (Gate.TICKET, 300 * WAN, 4),
        (Gate.TICKET, 500 * WAN, 3),
        (Gate.TICKET, 800 * WAN, 1),
    ]
    before = sum(not barriers(backer, one, NOTHING_KNOWN, DAY) for one in rounds)
    for change in found.changes:
        after = sum(not barriers(fund(ticket=change.value), one, NOTHING_KNOWN, DAY) for one in rounds)
        assert after - before == change.more, "the counterfactual is true when it is applied"


def test_one_more_stage_brings_as_many_rounds_as_was_said() -> None:
    rounds = [
        replace(SEEKER, need=replace(ROUND, round_id=place, stage=stage))
        for place, stage in enumerate(("seed", "seed", "mature", "early"))
    ]
    found = refused_to([BACKER], rounds, NOTHING_KNOWN, DAY)
    assert [(change.value, change.more) for change in found.changes] == [("seed", 2), ("mature", 1)]
    wider = fund(stages=(*FUND.stages, "seed"))
    assert sum(not barriers(wider, one, NOTHING_KNOWN, DAY) for one in rounds) == 1 + 2


def test_a_round_is_told_which_funds_a_larger_amount_would_bring() -> None:
    tickets = (500, 9000, 10_000, 10_000)
    backers = [
        replace(fund(fund_id=place, ticket=amount * WAN), institution_id=place)
        for place, amount in enumerate(tickets, start=1)
    ]
    found = refused_by(SEEKER, backers, {}, DAY)
    assert [(change.value, change.more) for change in found.changes] == [(9000 * WAN, 1), (10_000 * WAN, 3)]
    assert found.alone == {Gate.TICKET: 3}
    for change in found.changes:
        larger = replace(SEEKER, need=replace(ROUND, rest=change.value))
        reached = sum(not barriers(one, larger, NOTHING_KNOWN, DAY) for one in backers)
        assert reached == 1 + change.more


def test_steps_add_up() -> None:
    assert steps([3, 3, 5]) == [(3, 2), (5, 3)]
    assert steps([1, 2, 3, 4, 5, 6]) == [(1, 1), (2, 2), (3, 3), (6, 6)], "the first three and the last"
