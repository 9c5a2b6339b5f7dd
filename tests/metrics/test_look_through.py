"""The fund matrix looked through, from records to the page."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings

from crm.accounts.models import System
from crm.core.errors import Refusal
from crm.funds import actions as fund_actions
from crm.funds import queries as fund_queries
from crm.funds.actions import FundValues
from crm.funds.models import Commitment
from crm.lib.money import Amount
from crm.metrics.definitions import METRICS
from crm.metrics.look_through import seen_through
from crm.metrics.queries import value_of
from tests.conftest import Work
from tests.factories import AT, WAN, YI, a_commitment, a_fund, an_institution
from tests.funds.test_look_through import Edge, Span, graphs
from tests.support import world
from tests.support.visitor import Visitor

DAY = date(2026, 6, 12)


def test_three_levels_two_currencies_an_unknown_gift_and_one_taken_back(work: Work) -> None:
    """Gross 50 + 7.1 × 2 + 10 = 74.2 亿. Inside: 0.5 亿 USD = 3.55 亿; 2 亿; an unknown one of up to 10 − 2 = 8 亿."""
    managers = [an_institution(joined_on=date(2025, 1, 1))]
    mother = a_fund("母", managers, committed=50 * YI, kind="fund_of_funds")
    dollars = a_fund("美元", managers, committed=2 * YI, currency="USD", cny_rate=7_100_000)
    child = a_fund("子", managers, committed=10 * YI)
    outside = a_fund("未入驻", [an_institution(joined_on=None)], committed=99 * YI)
    taken_back = a_commitment(dollars, mother, YI)
    with work():
        kept = fund_queries.find_commitment(System(), taken_back.id)
        assert kept is not None
        fund_actions.archive_commitment(kept, by=System(), at=AT)
    a_commitment(dollars, mother, 5000 * WAN)
    a_commitment(child, dollars, 2 * YI)
    a_commitment(child, mother, None)
    a_commitment(child, outside, YI)
    with work():
        found = seen_through("committed", DAY).found
        net = value_of(METRICS["fund_matrix_net"], DAY)
    assert found.gross == Span(YI * 742 // 10, YI * 742 // 10)
    assert found.inside == Span(YI * 555 // 100, YI * 1355 // 100)
    assert found.net == Span(YI * 6065 // 100, YI * 6865 // 100)
    assert net == found.net.high, "the headline counts what is exactly known"
    assert [len(level.funds) for level in found.levels] == [1, 1, 1]


def test_one_fund_that_two_managers_list_under_one_amac_code_counts_once(work: Work) -> None:
    """3 亿, and not 3 + 3: a second fund of the code is refused, and its manager joins the first."""
    early, late = an_institution(joined_on=date(2025, 1, 1)), an_institution(joined_on=date(2026, 1, 1))
    fund = a_fund("临渚壹号创业投资合伙企业", [early], committed=3 * YI, amac_code="SXK123")
    with pytest.raises(Refusal) as refused:
        a_fund("临渚一号基金", [late], committed=3 * YI, amac_code="SXK123")
    assert list(refused.value.fields) == ["amac_code"]
    with work():
        kept = fund_queries.find_fund(System(), fund.id)
        assert kept is not None
        values = FundValues(kept.name, "SXK123", committed=3 * YI)
        fund_actions.edit(kept, values, [early, late], version=None, by=System(), at=AT)
    with work():
        assert seen_through("committed", DAY).found.net == Span(3 * YI, 3 * YI)
        assert value_of(METRICS["fund_matrix_gross"], date(2025, 6, 1)) == 3 * YI


def test_each_basis_counts_its_own_amounts(work: Work) -> None:
    managers = [an_institution(joined_on=date(2025, 1, 1))]
    mother = a_fund("母", managers, committed=50 * YI, paid_in=20 * YI, target=60 * YI)
    child = a_fund("子", managers, committed=10 * YI, paid_in=4 * YI)
    commitment = a_commitment(child, mother, 3 * YI)
    with work() as session:
        session.get_one(Commitment, commitment.id).paid_in = YI
    with work():
        nets = {basis: seen_through(basis, DAY).found.net for basis in ("committed", "paid_in", "target")}
    assert nets == {
        "committed": Span(57 * YI, 57 * YI),
        "paid_in": Span(23 * YI, 23 * YI),
        "target": Span(60 * YI, None),
    }


@settings(max_examples=5)
@given(graph=graphs())
def test_net_is_gross_less_inside_is_the_capital_from_outside(
    work: Work, graph: tuple[dict[int, int], list[Edge], int]
) -> None:
    raised, edges, outside = graph
    with work() as session:
        world.wipe(session)
    managers = [an_institution(joined_on=date(2025, 1, 1))]
    funds = {fund: a_fund(f"基金{fund}", managers, committed=amount * WAN) for fund, amount in raised.items()}
    for edge in edges:
        a_commitment(funds[edge.receiver], funds[edge.giver], edge.given.low * WAN)
    with work():
        gross, inside, net = (value_of(METRICS[f"fund_matrix_{name}"], DAY) for name in ("gross", "inside", "net"))
        assert net == gross - inside == outside * WAN
        assert seen_through("committed", DAY).found.net == Span(net, net)


def test_the_page_names_the_range_and_what_would_close_it(finance: Visitor) -> None:
    managers = [an_institution(joined_on=date(2025, 1, 1))]
    mother, child = a_fund("母基金", managers, committed=50 * YI), a_fund("子基金", managers, committed=10 * YI)
    page = finance.visit("metrics.show_look_through", as_of="2024-01-01").now
    assert "No fund had joined by 2024-01-01" in page.text
    a_commitment(child, mother, Amount(2 * YI, 3 * YI))
    page = finance.visit("metrics.show_look_through").now
    assert ["In all", "2", "CNY 6B", "CNY 200M – CNY 300M", "CNY 5.7B – CNY 5.8B"] in page.rows
    assert "母基金 → 子基金: CNY 200M – CNY 300M" in page.text
    assert "at least" in finance.visit("metrics.show_look_through", basis="paid_in").now.text
    for page in (
        finance.visit("metrics.show_metric", name="fund_matrix_net").now,
        finance.visit("dashboard.show_dashboard").now,
    ):
        assert "Not all amounts are known: CNY 5.7B – CNY 5.8B" in page.text, "never as zero"
    page = finance.click("Not all amounts are known: CNY 5.7B – CNY 5.8B").now
    assert "Which funds" in page.text


def test_who_is_behind_a_fund_is_shown_with_shares(finance: Visitor) -> None:
    """The state gave the child 4 of 10 亿, the mother 25 of 50; the mother gave the child 3: 40 % + 15 % = 55 %."""
    mother, child = a_fund("母基金", committed=50 * YI), a_fund("子基金", committed=10 * YI)
    page = finance.visit("funds.show_ownership", fund_id=child.id).now
    assert "No commitments recorded" in page.text
    a_commitment(child, "上海国资", 4 * YI)
    a_commitment(child, mother, 3 * YI)
    a_commitment(mother, "上海国资", 25 * YI)
    a_commitment(mother, "某保险", None)
    page = finance.visit("funds.show_ownership", fund_id=child.id).now
    assert ["上海国资", "40.00%", "15.00%", "55.00%"] in page.rows
    assert ["某保险", "—", "0.00% – 15.00%", "0.00% – 15.00%"] in page.rows
    assert ["母基金", "30.00%", "—", "30.00%"] in page.rows
    assert "Direct holders of 70.00%" in page.text


def test_the_bridge_is_drawn_from_gross_over_each_level_to_net(work: Work, finance: Visitor) -> None:
    """Gross 50 + 20 + 10 亿; the mother gave the feeder 8, the feeder gave the child 2 to 3: net 69 to 70."""
    managers = [an_institution(joined_on=date(2025, 1, 1))]
    mother, feeder, child = (a_fund(f"基金{size}", managers, committed=size * YI) for size in (50, 20, 10))
    a_commitment(feeder, mother, 8 * YI)
    a_commitment(child, feeder, Amount(2 * YI, 3 * YI))
    text = finance.visit("metrics.show_look_through").text
    for told in ("8B", "−800M", "200–300M", "6.9–7B"):
        assert told in text
    assert "Inside, level 2" in text
    assert "In all" in text, "the table beside it"
