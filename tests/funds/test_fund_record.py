"""The record of a fund: what is left to invest, when it may, and what investors ask for in return."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.clock import day_of, now
from crm.funds.models import Commitment, Fund, FundFlow, LocalRequirement
from crm.lib.money import Amount
from tests.conftest import Work
from tests.factories import WAN, YI, a_commitment, a_fund, a_requirement
from tests.support.visitor import Visitor


@pytest.mark.parametrize(
    ("committed", "invested", "reserved", "left"),
    [
        (YI, 30 * WAN, 20 * WAN, 9950 * WAN),
        (YI, YI, 1, -1),
        (YI, None, 0, None),
        (None, 0, 0, None),
        (YI, 0, None, None),
    ],
)
def test_what_is_left_to_invest_is_unknown_as_long_as_a_part_is(
    committed: int | None, invested: int | None, reserved: int | None, left: int | None
) -> None:
    assert Fund(committed=committed, invested=invested, reserved=reserved).investable == left


@pytest.mark.parametrize(
    ("base", "ratio", "expected"),
    [
        ("contribution", 1500, Amount.exactly(1500 * WAN)),
        ("fund_size", 600, Amount.exactly(YI * 6 // 10)),
        ("paid_in", 1100, Amount()),
    ],
)
def test_a_requirement_is_its_base_times_its_ratio(base: str, ratio: int, expected: Amount) -> None:
    commitment = Commitment(amount_low=1000 * WAN, amount_high=1000 * WAN)
    requirement = LocalRequirement(base=base, ratio=ratio, fulfilled=None)
    assert requirement.required(commitment, Fund(committed=YI)) == expected
    assert requirement.rest(expected) == Amount()


def test_a_range_stays_a_range_and_the_rest_never_falls_below_zero() -> None:
    commitment = Commitment(amount_low=1000 * WAN, amount_high=2000 * WAN)
    requirement = LocalRequirement(base="contribution", ratio=1500, fulfilled=2000 * WAN)
    required = requirement.required(commitment, Fund())
    assert (required.low, required.high) == (1500 * WAN, 3000 * WAN)
    rest = requirement.rest(required)
    assert (rest.low, rest.high) == (0, 1000 * WAN)


@pytest.mark.parametrize(
    ("typed", "shown"), [("1.5", "1.5 times"), ("1.5倍", "1.5 times"), ("60%", "60%"), ("60％", "60%")]
)
def test_a_ratio_is_read_as_written_and_told_with_its_base(finance: Visitor, typed: str, shown: str) -> None:
    fund = a_fund()
    commitment = a_commitment(fund, "徐汇引导基金", 1000 * WAN)
    finance.visit("funds.edit_commitment", commitment_id=commitment.id).click("Add a local investment requirement")
    finance.submit("Record it", base="contribution", ratio=typed, region="徐汇区", due_on="2020-01-01")
    assert f"{shown} of: Contribution · 徐汇区" in finance.text
    assert "2020-01-01overdue" in finance.text
    history = finance.visit("funds.show_history", fund_id=fund.id).text
    assert "Required" in history


@pytest.mark.parametrize("typed", ["0", "abc", "1.2345", "-1", "0.00001%"])
def test_a_ratio_that_says_nothing_is_refused(finance: Visitor, typed: str) -> None:
    commitment = a_commitment(a_fund(), "徐汇引导基金", 1000 * WAN)
    finance.visit("funds.add_requirement", commitment_id=commitment.id)
    finance.submit("Record it", base="contribution", ratio=typed)
    assert finance.status == 422
    assert finance.now.error_of("Required") == "Write 1.5 for one and a half times, or 60%."


def test_what_was_fulfilled_needs_its_day(finance: Visitor) -> None:
    requirement = a_requirement(a_commitment(a_fund(), "徐汇引导基金", 1000 * WAN))
    finance.visit("funds.edit_requirement", requirement_id=requirement.id).submit("Save", fulfilled="1500万")
    assert finance.now.error_of("Fulfilled as of") == "Say on which day this much was fulfilled."
    finance.submit("Save", fulfilled_as_of="2026-06-01")
    assert "nothing" in finance.text


def test_a_second_requirement_of_one_commitment_is_refused(finance: Visitor) -> None:
    commitment = a_commitment(a_fund(), "徐汇引导基金", 1000 * WAN)
    a_requirement(commitment)
    finance.visit("funds.add_requirement", commitment_id=commitment.id).submit("Record it", base="paid_in", ratio="2")
    assert finance.now.error_of("Measured by") == "This commitment has a requirement already: change that one."


def test_a_requirement_by_mistake_goes_and_the_history_keeps_it(finance: Visitor) -> None:
    fund = a_fund()
    requirement = a_requirement(a_commitment(fund, "徐汇引导基金", 1000 * WAN))
    finance.visit("funds.edit_requirement", requirement_id=requirement.id).submit("Remove")
    assert "Local investment requirements" not in finance.text
    assert "1.5×" in finance.visit("funds.show_history", fund_id=fund.id).text


def test_figures_tell_who_reported_them(finance: Visitor) -> None:
    fund = a_fund(committed=YI, invested=0, reserved=0)
    finance.visit("funds.edit_fund", fund_id=fund.id)
    finance.submit("Save", reported_on="2026-03-31", reported_source="一季度报告", confirmed_by="许望舒")
    for told in ("2026-03-31", "一季度报告 · confirmed by 许望舒", "committed − invested − reserved"):
        assert told in finance.text


def test_a_period_cannot_end_before_it_begins(finance: Visitor) -> None:
    fund = a_fund()
    finance.visit("funds.edit_fund", fund_id=fund.id)
    finance.submit("Save", investment_begins_on="2026-05-01", investment_ends_on="2026-04-01")
    assert finance.now.error_of("Investment period ends") == "It cannot end before it begins."


def test_the_list_finds_funds_by_vintage_and_by_whether_they_invest_now(finance: Visitor) -> None:
    today = day_of(now())
    a_fund("已结束基金", vintage=2020, investment_ends_on=date(2024, 1, 1))
    a_fund("未开始基金", vintage=2024, investment_begins_on=date(today.year + 1, 1, 1))
    a_fund("正在投资基金", vintage=2024, investment_ends_on=today)
    a_fund("未约定基金", vintage=None)
    names = lambda: {row[0] for row in finance.now.rows[1:]}  # noqa: E731 - read where it is used
    finance.visit("funds.list_funds", vintage="2024")
    assert names() == {"未开始基金", "正在投资基金"}
    finance.visit("funds.list_funds").click("Only those that invest now")
    assert names() == {"正在投资基金", "未约定基金"}
    assert finance.visit("funds.list_funds", vintage="x").now.rows == []


def test_a_fund_says_what_it_never_does(finance: Visitor, work: Work) -> None:
    fund = a_fund()
    finance.visit("funds.edit_thesis", fund_id=fund.id)
    finance.submit("Save", excluded_sectors=["embodied"], currencies=["USD"], exclusions="不投境外")
    assert "Embodied AI; 不投境外" in finance.text
    with work() as session:
        assert session.get_one(Fund, fund.id).currencies == ("USD",)


def test_the_history_of_a_dollar_fund_tells_dollars(finance: Visitor, work: Work) -> None:
    fund = a_fund("Linzhu USD", currency="USD", cny_rate=7_000_000, committed=YI)
    finance.visit("funds.edit_thesis", fund_id=fund.id).submit("Save", ticket="50万-200万")
    finance.visit("funds.add_commitment", fund_id=fund.id).submit("Record it", investor="海外基金会", amount="3000万")
    finance.visit("funds.add_flow", fund_id=fund.id).submit(
        "Save", happened_on="2025-03-01", kind="call", amount="1000万", source="季报"
    )
    with work() as session:
        flow_id = session.scalars(sa.select(FundFlow.id)).one()
    finance.visit("funds.edit_flow", flow_id=flow_id).submit("Save", amount="1200万")
    told = finance.visit("funds.show_history", fund_id=fund.id).text
    assert "USD 500K – USD 2M" in told
    assert "USD 30M" in told
    assert "USD 10M → USD 12M" in told
    assert "CNY" not in told
