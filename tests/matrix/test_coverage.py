"""Supply, demand and gap, with the arithmetic in the test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.matrix.coverage import Cell, Matrix, coverage
from crm.matrix.nearest import Reach, Survey
from crm.matrix.sides import Condition, Need, Offer, WhatIf, failing, supposing
from tests.factories import WAN, YI

DAY = date(2026, 6, 12)
STAGES, LAYERS = ("seed", "early", "growth"), ("compute", "models")
FUND = Offer(1, "临渚二期", ("early",), ("compute",), (), (), (), None, date(2026, 6, 12), 2 * YI, 1000 * WAN, None)
ROUND = Need(1, 1, "衡汐智能", "a", "early", "compute", "health", 3000 * WAN)


def matrix(offers: list[Offer], needs: list[Need]) -> Matrix:
    return coverage(offers, needs, {("early", "compute"): 4}, "layer", (STAGES, LAYERS), DAY)


def reach_of(need: Need, offers: list[Offer]) -> Reach:
    return Survey(offers, DAY).reach(need)


def test_a_fund_counts_once_in_each_cell_and_once_in_each_total() -> None:
    wide = replace(FUND, fund_id=2, stages=("seed", "early"), layers=(), investable=3 * YI)
    found = matrix([FUND, wide], [])
    assert found.cells["early", "compute"] == Cell(capital=5 * YI, funds=2, deals=4)
    assert found.cells["seed", "models"] == Cell(capital=3 * YI, funds=1)
    assert (found.by_stage["early"].capital, found.by_stage["early"].funds) == (5 * YI, 2)
    assert (found.whole.capital, found.whole.funds) == (5 * YI, 2), "not 2+2+3+3+3+3 of the cells"


def test_demand_is_what_rounds_still_seek_and_the_gap_what_no_fund_reaches() -> None:
    small = replace(ROUND, round_id=2, rest=500 * WAN)
    elsewhere = replace(ROUND, round_id=3, layer="models")
    unknown = replace(ROUND, round_id=4, rest=None)
    found = matrix([FUND], [ROUND, small, elsewhere, unknown])
    cell = found.cells["early", "compute"]
    assert (cell.startups, cell.demand) == (3, 3500 * WAN)
    assert (cell.unmet, cell.gap) == (1, 500 * WAN), "the fund gives 1000 万 at least"
    assert found.cells["early", "models"].gap == 3000 * WAN
    assert found.whole.gap == 3500 * WAN


@pytest.mark.parametrize(
    ("changed", "condition"),
    [
        ({"stages": ("seed",)}, Condition.STAGE),
        ({"layers": ("models",)}, Condition.LAYER),
        ({"excluded_layers": ("compute",)}, Condition.LAYER),
        ({"verticals": ("finance",)}, Condition.VERTICAL),
        ({"excluded_verticals": ("health",)}, Condition.VERTICAL),
        ({"currencies": ("USD", "HKD")}, Condition.CURRENCY),
        ({"ends_on": date(2026, 6, 11)}, Condition.PERIOD),
        ({"begins_on": date(2026, 6, 13)}, Condition.PERIOD),
        ({"investable": 999 * WAN}, Condition.INVESTABLE),
        ({"investable": None}, Condition.INVESTABLE),
        ({"ticket": 3001 * WAN}, Condition.TICKET),
    ],
)
def test_each_condition_that_fails_is_named(changed: dict[str, object], condition: Condition) -> None:
    assert failing(FUND, ROUND, DAY) == []
    assert failing(replace(FUND, **changed), ROUND, DAY) == [condition]  # type: ignore[arg-type]


def test_a_fund_of_which_nobody_knows_what_is_left_is_told_apart() -> None:
    cell = matrix([replace(FUND, investable=None)], [ROUND]).cells["early", "compute"]
    assert (cell.funds, cell.capital, cell.unknown, cell.gap) == (0, 0, 1, 3000 * WAN)


def test_a_startup_without_a_stage_stands_in_no_cell() -> None:
    found = matrix([FUND], [replace(ROUND, stage=None)])
    assert (found.unplaced, found.whole.startups) == (1, 0)


def test_the_smallest_change_is_the_condition_that_most_funds_fail_on_alone() -> None:
    small = replace(ROUND, rest=500 * WAN)
    others = [replace(FUND, fund_id=number) for number in range(2, 8)]
    wrong_twice = replace(FUND, fund_id=9, stages=("seed",))
    late = replace(FUND, fund_id=10, ticket=0, ends_on=date(2026, 1, 1))
    found = reach_of(small, [FUND, *others, wrong_twice, late])
    assert found.funds == 0
    assert found.smallest_change == (Condition.TICKET, 7), "a minimum ticket of 500 万 instead of 1000 万"
    assert found.alone[Condition.PERIOD] == 1
    assert [len(near.failing) for near in found.nearest] == [1, 1, 1]


@pytest.mark.parametrize(
    ("changed", "what_if"),
    [
        ({"ticket": 5000 * WAN}, WhatIf(ticket=1000 * WAN)),
        ({"excluded_layers": ("compute",)}, WhatIf(exclusions=True)),
        ({"stages": ("seed",)}, WhatIf(neighbours=True)),
    ],
)
def test_what_if_lifts_one_condition(changed: dict[str, object], what_if: WhatIf) -> None:
    fund = replace(FUND, **changed)  # type: ignore[arg-type]
    assert failing(fund, ROUND, DAY)
    assert failing(supposing(fund, what_if, STAGES), ROUND, DAY) == []


@pytest.mark.parametrize("condition", Condition)
def test_each_condition_that_keeps_a_fund_away_can_be_supposed_to_hold(condition: Condition) -> None:
    """A fund that fails on all of them fails on all but the one that is lifted."""
    useless = replace(
        FUND,
        stages=("seed",),
        layers=("models",),
        excluded_verticals=("health",),
        currencies=("USD",),
        begins_on=date(2027, 1, 1),
        investable=None,
        ticket=YI,
    )
    what_if = WhatIf(ROUND.rest) if condition == Condition.TICKET else WhatIf(lifted=frozenset({condition}))
    left = failing(supposing(useless, what_if, STAGES), ROUND, DAY)
    assert left == [one for one in Condition if one != condition]


CODES = st.lists(st.sampled_from(LAYERS), unique=True, max_size=2).map(tuple)
OFFERS = st.lists(
    st.builds(
        replace,
        st.just(FUND),
        stages=st.lists(st.sampled_from(STAGES), unique=True, max_size=3).map(tuple),
        layers=CODES,
        excluded_layers=CODES,
        ticket=st.integers(0, 5000 * WAN),
        ticket_high=st.none() | st.integers(5000 * WAN, YI),
        currencies=st.sampled_from([(), ("CNY",), ("USD",)]),
        investable=st.none() | st.integers(0, YI),
        ends_on=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    ),
    max_size=6,
)
NEEDS = st.lists(
    st.builds(
        replace,
        st.just(ROUND),
        stage=st.none() | st.sampled_from(STAGES),
        layer=st.sampled_from(LAYERS),
        rest=st.none() | st.integers(1, YI),
    ),
    max_size=6,
)


@given(OFFERS, NEEDS)
def test_the_gap_is_what_all_funds_that_reach_a_round_cannot_give_together(
    offers: list[Offer], needs: list[Need]
) -> None:
    found = matrix(offers, needs)
    placed = [one for one in needs if one.stage]
    reaching = {id(need): [one for one in offers if not failing(one, need, DAY)] for need in placed}
    gaps = [max(0, (need.rest or 0) - sum(one.most for one in reaching[id(need)])) for need in placed]
    assert found.whole.unmet == sum(not reaching[id(need)] for need in placed)
    assert (found.whole.gap, found.whole.gap_high) == (sum(gaps), sum(gaps))
    assert found.whole.gap == sum(cell.gap for cell in found.cells.values())
    assert all(cell.gap <= cell.demand and cell.unmet + cell.short <= cell.startups for cell in found.cells.values())
    for need in placed:
        told = reach_of(need, offers)
        assert (told.funds, told.most) == (len(reaching[id(need)]), sum(one.most for one in reaching[id(need)]))
        assert all(near.failing == tuple(failing(near.offer, need, DAY)) for near in told.nearest)


def test_a_fund_gives_at_most_its_largest_ticket_and_what_it_has_left() -> None:
    """Sought 3000 万: one fund gives up to 1200, another has 500 left: 1300 are missing; a third of 2000 fills it."""
    first = replace(FUND, ticket=300 * WAN, ticket_high=1200 * WAN)
    second = replace(FUND, fund_id=2, ticket=100 * WAN, ticket_high=2000 * WAN, investable=500 * WAN)
    third = replace(FUND, fund_id=3, ticket_high=2000 * WAN)
    cell = matrix([first, second], [ROUND]).whole
    assert (cell.gap, cell.unmet, cell.short) == (1300 * WAN, 0, 1)
    assert reach_of(ROUND, [first, second]).is_short
    cell = matrix([first, second, third], [ROUND]).whole
    assert (cell.gap, cell.unmet, cell.short) == (0, 0, 0)


def test_a_range_sought_gives_a_range_of_demand_and_gap() -> None:
    """500 to 1500 万 against a smallest ticket of 1000 and a largest of 1200: at 500 all 500 are missing, at 1000
    nothing, at 1500 there are 300, and the most just below the ticket."""
    fund = replace(FUND, ticket_high=1200 * WAN)
    cell = matrix([fund], [replace(ROUND, rest=500 * WAN, rest_high=1500 * WAN)]).whole
    assert (cell.demand, cell.demand_high) == (500 * WAN, 1500 * WAN)
    assert (cell.gap, cell.gap_high) == (0, 1000 * WAN - 1)
    assert cell.unmet == 1, "at the lower end no ticket fits"


def test_a_fund_in_another_currency_is_barred_only_where_it_says_so() -> None:
    silent = replace(FUND, currency="USD")
    cell = matrix([silent], [ROUND]).whole
    assert (cell.funds, cell.gap, cell.to_check) == (1, 0, 1), "to be asked"
    assert reach_of(ROUND, [silent]).to_check == 1
    assert matrix([silent, FUND], [ROUND]).whole.to_check == 0, "another fund surely reaches it"
    assert matrix([replace(silent, currencies=("CNY",))], [ROUND]).whole.to_check == 0
    cell = matrix([replace(silent, currencies=("USD",))], [ROUND]).whole
    assert (cell.funds, cell.capital, cell.foreign, cell.gap) == (0, 0, 1, 3000 * WAN)
