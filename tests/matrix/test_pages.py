"""The matrix as staff see it: cells, both sides of one, suppositions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from crm.deals.actions import Move, move_deal, withdraw_round
from crm.deals.models import DealStatus
from crm.deals.queries import find_deal, find_round
from crm.funds.models import Fund
from crm.lib.money import Amount
from crm.matrix.queries import Wanted, by_rounds, deals_in_progress, needs, offers
from tests.conftest import Work
from tests.factories import AT, BY, WAN, YI, a_commitment, a_deal, a_fund, a_round, a_startup, an_institution
from tests.support.visitor import Visitor


def a_fund_that_can_invest(work: Work, name: str, **changed: Any) -> Fund:
    """20 亿 committed, of which 5 亿 invested and 1 亿 set aside."""
    fund = a_fund(name, [an_institution()], committed=20 * YI)
    told = {
        "invested": 5 * YI,
        "reserved": YI,
        "paid_in": 8 * YI,
        "growth_stages": ("early",),
        "sectors": ("compute",),
        "ticket": Amount.exactly(1000 * WAN),
        "investment_ends_on": date(2099, 1, 1),
    } | changed
    with work() as session:
        kept = session.get_one(Fund, fund.id)
        for field, value in told.items():
            setattr(kept, field, value)
    return fund


def a_startup_that_raises(amount: int, **changed: Any) -> Any:
    startup = a_startup(**{"growth_stage": "early", "sector_layer": "compute"} | changed)
    return a_round(startup, "a", sought=Amount.exactly(amount))


def test_what_is_left_follows_the_basis_the_rate_and_who_manages(work: Work) -> None:
    fund = a_fund_that_can_invest(work, "临渚二期")
    dollars = a_fund_that_can_invest(work, "Linzhu USD", currency="USD", cny_rate=7_000_000, ticket=Amount())
    a_fund_that_can_invest(work, "母基金", kind="fund_of_funds")
    with work():
        left = {one.fund_id: (one.investable, one.ticket) for one in offers()}
        assert left == {fund.id: (14 * YI, 1000 * WAN), dollars.id: (98 * YI, 0)}
        assert {one.fund_id: one.investable for one in offers("paid_in")} == {fund.id: 2 * YI, dollars.id: 14 * YI}
        assert [one.fund_id for one in offers(currency="USD")] == [dollars.id]
        assert offers(kind="bank") == []


def test_a_round_needs_what_is_not_signed_yet(work: Work) -> None:
    startup = a_startup()
    a_round(startup, "a", sought=Amount.exactly(3000 * WAN))
    with work():
        assert [one.rest for one in needs()] == [3000 * WAN]
    a_deal(startup, round_name="a", stage="signed", signed=1000 * WAN)
    with work():
        assert [one.rest for one in needs()] == [2000 * WAN]


def test_rows_by_round_stand_in_the_group_of_the_round_and_funds_in_those_of_their_stages(work: Work) -> None:
    """A fund for growth takes B and C, which usually fall there, and strategic rounds, which fall anywhere."""
    a_fund_that_can_invest(work, "临渚二期", growth_stages=("growth",))
    a_fund_that_can_invest(work, "不限", growth_stages=())
    startup = a_startup(growth_stage=None, sector_layer="compute")
    for name in ("b+", "strategic"):
        a_round(startup, name, sought=Amount.exactly(3000 * WAN))
    with work():
        assert [by_rounds(one).stages for one in offers()] == [("series_b", "series_c", "strategic"), ()]
        assert [one.stage for one in needs(Wanted("round"))] == ["series_b", "strategic"]
        assert [one.stage for one in needs()] == [None, None]
        assert [one.round_name for one in needs(Wanted("round"), "layer", ["series_b"], ["compute"])] == ["b+"]
        none = replace(offers()[0], stages=("unheard of",))
        strategic_too = replace(none, stages=("seed",))
        assert by_rounds(none).stages == ("strategic",)
        assert by_rounds(strategic_too).stages == ("seed_angel", "strategic")


def test_a_period_counts_rounds_opened_and_deals_introduced_in_it(work: Work) -> None:
    startup = a_startup(growth_stage="early", sector_layer="compute")
    for name, opened in (("a", date(2025, 3, 1)), ("b", date(2026, 3, 1)), ("c", None)):
        a_round(startup, name, sought=Amount.exactly(YI), opened_on=opened)
    a_deal(startup, round_name="a", happened_on=date(2026, 2, 1))
    this_year = Wanted(first=date(2026, 1, 1), last=date(2026, 6, 1))
    with work():
        assert [one.round_name for one in needs(this_year)] == ["b"]
        assert [one.round_name for one in needs(Wanted(last=date(2025, 6, 1)))] == ["a"]
        assert deals_in_progress("layer", this_year) == {("early", "compute"): 1}
        assert deals_in_progress("layer", Wanted("round")) == {("series_a", "compute"): 1}
        assert deals_in_progress("layer", Wanted(last=date(2025, 6, 1))) == {}


def test_a_past_day_shows_the_rounds_and_deals_that_were_open_then(work: Work) -> None:
    """A round of March, withdrawn in May, stands in the matrix of April less what was signed by then, with its deal."""
    startup = a_startup(growth_stage="early", sector_layer="compute")
    round = a_round(startup, "a", sought=Amount.exactly(3000 * WAN), opened_on=date(2026, 3, 2))
    deal = a_deal(startup, round_name="a", happened_on=date(2026, 3, 20))
    with work():
        going_on, open_round = find_deal(BY, deal.id), find_round(BY, round.id)
        assert going_on is not None
        assert open_round is not None
        signed = Move("signed", DealStatus.ACTIVE, date(2026, 4, 20), signed=1000 * WAN)
        move_deal(going_on, signed, version=None, by=BY, at=AT)
        withdraw_round(open_round, date(2026, 5, 10), "不再融资", lapses=True, version=None, by=BY, at=AT)
    with work():
        assert needs() == []
        assert [one.rest for one in needs(Wanted(last=date(2026, 4, 10)))] == [3000 * WAN]
        assert [one.rest for one in needs(Wanted(last=date(2026, 4, 30)))] == [2000 * WAN]
        assert needs(Wanted(last=date(2026, 5, 10))) == []
        assert deals_in_progress("layer") == {}
        assert deals_in_progress("layer", Wanted(last=date(2026, 4, 10))) == {("early", "compute"): 1}


def test_what_is_signed_is_taken_from_both_ends_of_a_range(work: Work) -> None:
    startup = a_startup()
    a_round(startup, "a", sought=Amount(1000 * WAN, 3000 * WAN))
    a_deal(startup, round_name="a", stage="signed", signed=1500 * WAN)
    with work():
        assert [(one.rest, one.most) for one in needs()] == [(0, 1500 * WAN)]


def test_a_round_that_is_reached_but_not_filled_says_what_is_missing(finance: Visitor, work: Work) -> None:
    a_fund_that_can_invest(work, "临渚二期", ticket=Amount(500 * WAN, 1000 * WAN), currency="USD", cny_rate=1_000_000)
    a_startup_that_raises(3000 * WAN, short_name="旻喆智能")
    page = finance.visit("matrix.show_matrix", row="early", sector="compute").now
    told = next(row[2] for row in page.rows if row[0].startswith("旻喆智能"))
    assert "together at most CNY 10M: CNY 20M is missing" in told
    assert "1 of them to be asked whether it pays in CNY" in told
    assert "1 round is reached only by funds in other currencies" in page.text


def test_a_cell_opens_both_sides_and_says_what_would_help(finance: Visitor, work: Work) -> None:
    fund = a_fund_that_can_invest(work, "临渚二期", ticket=Amount(1000 * WAN, 3000 * WAN))
    a_startup_that_raises(500 * WAN, short_name="衡汐智能")
    a_startup_that_raises(3000 * WAN, short_name="旻喆智能")
    page = finance.visit("matrix.show_matrix", row="early", sector="compute").now
    assert "14 reachable" not in page.text
    assert [fund.name] == [row[0] for row in page.rows if row[0] == fund.name]
    assert [row[2] for row in page.rows if row[0].startswith("旻喆智能")] == ["1 fund reaches it"]
    told = next(row[2] for row in page.rows if row[0].startswith("衡汐智能"))
    assert told.startswith("Minimum ticket of CNY 5M instead of CNY 10M: 1 more would reach it")
    assert "minimum ticket is more than is sought (CNY 10M)" in told


def test_a_total_opens_what_it_counts(finance: Visitor, work: Work) -> None:
    funds = [a_fund_that_can_invest(work, f"临渚{number}期").name for number in range(1, 4)]
    for layer, times in (("compute", 20), ("models", 1)):
        for number in range(times):
            a_startup_that_raises(3000 * WAN, short_name=f"{layer}{number}", sector_layer=layer)
    page = finance.visit("matrix.show_matrix").click("Which funds and startups").now
    assert "All × All" in page.text
    assert {row[0] for row in page.rows} >= {*funds}
    assert "and 1 more" in page.text
    page = finance.click("Show more of both").now
    assert len([row for row in page.rows if row[0].startswith(("compute", "models"))]) == 21
    page = finance.click("1 raising").now
    assert "All × Foundation models" in page.text
    assert len([row for row in page.rows if row[0].startswith(("compute", "models"))]) == 1
    page = finance.visit("matrix.show_matrix").click("3 funds").now
    assert "Early × All" in page.text


def test_a_supposition_shows_before_and_after_and_saves_nothing(finance: Visitor, work: Work) -> None:
    a_fund_that_can_invest(work, "临渚二期")
    a_startup_that_raises(500 * WAN)
    page = finance.visit("matrix.show_matrix", ticket="500万").now
    assert "the gap would be CNY 0 instead of CNY 5M" in page.text
    assert "5M" in finance.visit("matrix.show_matrix").now.text
    page = finance.visit("matrix.show_matrix", ticket="数千万").now
    assert page.error_of("No minimum ticket above").startswith("Write one exact amount")


def test_what_keeps_the_nearest_funds_away_is_supposed_to_hold_by_a_click(finance: Visitor, work: Work) -> None:
    """Two funds do not take the sector; one of them asks for too much besides."""
    a_fund_that_can_invest(work, "临渚二期", sectors=("models",))
    a_fund_that_can_invest(work, "临渚三期", sectors=("models",), ticket=Amount.exactly(YI))
    a_startup_that_raises(1000 * WAN, short_name="衡汐智能")
    a_startup_that_raises(1500 * WAN + 1, short_name="旻喆智能")
    finance.visit("matrix.show_matrix", row="early", sector="compute")
    supposed = finance.click("Only this fails (sector layer): 1 fund").now
    assert "the gap would be CNY 5M instead of CNY 25M" in supposed.text
    assert "Early × Compute and chips" in supposed.text
    finance.visit("matrix.show_matrix", row="early", sector="compute")
    address = finance.click("What if").now.url
    assert "any_layer=1" in address
    assert "ticket=10" in address


def test_nothing_recorded_is_no_gap_and_no_error(finance: Visitor) -> None:
    assert "No fund, no demand" in finance.visit("matrix.show_matrix").now.text
    page = finance.visit("matrix.show_matrix", axis="x", measure="y", row="z", sector="1", as_of="never").now
    assert page.status == 200


@pytest.mark.parametrize("measure", ["capital", "funds", "startups", "demand", "deals"])
@pytest.mark.parametrize(("axis", "rows"), [("layer", "stage"), ("vertical", "round")])
def test_every_measure_axis_and_row_is_shown(finance: Visitor, work: Work, measure: str, axis: str, rows: str) -> None:
    mother = a_fund("母", [an_institution()], committed=YI)
    a_commitment(a_fund_that_can_invest(work, "临渚二期"), mother, YI)
    a_startup_that_raises(500 * WAN, sector_vertical="health")
    assert finance.visit("matrix.show_matrix", measure=measure, axis=axis, rows=rows).now.status == 200
