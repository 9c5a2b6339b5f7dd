"""The page of what a fund did over time: its figures, its curve, its forms, and who never sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.clock import day_of, now
from crm.core.db import db, unit_of_work
from crm.funds.models import FundFigure, FundFlow, Measure
from crm.funds.over_time import periods
from crm.institutions.models import Institution
from crm.lib.curve import Step, curve
from crm.lib.returns import Dated, FlowKind
from crm.reports.kinds.summary.gathered import summarise
from tests.conftest import Work
from tests.factories import WAN, YI, a_deal, a_flow, a_fund, a_fund_figure, a_published_startup, an_institution
from tests.reports.examples import PERIOD, document_of
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

START = date(2022, 1, 1)
NAV = 123_456_789_00  # ¥1.23 亿


def test_a_desk_records_flows_and_reads_what_they_return(app: Flask, finance: Visitor) -> None:
    fund = a_fund(committed=2 * YI)
    finance.visit("funds.show_over_time", fund_id=fund.id)
    assert "No flows recorded yet" in finance.text
    finance.click("Record a flow").submit("Save, and the next", happened_on="2022-01-01", kind="call", amount="1亿")
    assert finance.now.url.endswith("/flows/new?kind=call"), "the kind stays for the next one"
    finance.submit("Save", happened_on="2023-01-01", kind="distribution", amount="")
    assert finance.now.error_of("Amount")
    finance.submit("Save", happened_on="2023-01-01", kind="distribution", amount="5500万")
    assert "needs a reported net asset value" in finance.text
    finance.click("Add a reported figure")
    finance.submit("Save", measure="dpi", value_text="-1", as_of="2024-01-01", source="年报", fee_basis="net")
    assert finance.now.error_of("Value") == "Write a multiple such as 1.45x."
    finance.submit("Save", measure="nav", value_text="6050万", as_of="2024-01-01", source="年报", fee_basis="net")
    # 5,500 / 1.1 + 6,050 / 1.1² = 5,000 + 5,000 = 10,000; 0.605 and 1.155 are rounded up
    for told in ("PIC0.50×", "DPI0.55×", "RVPI0.61×", "TVPI1.16×", "SI-IRR10.0%"):
        assert told in finance.text.replace(" ", ""), told
    with counted_statements(app) as statements:
        finance.visit("funds.show_over_time", fund_id=fund.id)
    assert len(statements) <= 12
    finance.submit("Take out")
    assert "The flow was taken out" in finance.text
    finance.submit("Undo")
    assert "DPI0.55×" in finance.text.replace(" ", "")
    history = finance.visit("funds.show_history", fund_id=fund.id).text
    assert "缴款 2022-01-01" in history
    assert "净值（NAV） 2024-01-01" in history


def test_figures_hold_as_of_the_last_net_asset_value(finance: Visitor) -> None:
    fund = a_fund(committed=YI, investment_ends_on=day_of(now()) + timedelta(days=30))
    a_flow(fund, FlowKind.CALL, 10 * WAN, START)
    a_fund_figure(fund, 11 * WAN, START + timedelta(181))
    a_fund_figure(fund, 99 * WAN, START + timedelta(365), fee_basis="gross")
    a_flow(fund, FlowKind.CALL, WAN, date(2024, 1, 1))
    text = finance.visit("funds.show_over_time", fund_id=fund.id).text
    assert "Figures are as of 2022-07-01, the day of the last net asset value. 1 later flow does not count yet" in text
    assert "under one year: not annualised" in text
    assert "10.0" in text
    assert "30 days left" in text
    before = finance.visit("funds.show_over_time", fund_id=fund.id, as_of="2022-03-01").text
    assert "needs a reported net asset value" in before
    assert "later flow" not in before


@pytest.mark.parametrize("institution", ["own", "other"])
def test_performance_reaches_no_investor_no_text_no_search_and_no_report(
    app: Flask, finance: Visitor, as_role: Callable[..., Visitor], institution: str
) -> None:
    manager, other = an_institution("慎守资本有限公司"), an_institution("旁观资本有限公司")
    fund = a_fund("慎守一号基金", [manager])
    a_flow(fund, FlowKind.CALL, NAV, START)
    a_fund_figure(fund, NAV, START, source="保密季报")
    a_fund_figure(fund, 4321, START, Measure.IRR)
    startup = a_published_startup()
    deal = a_deal(startup, manager)
    assert "1.23" in finance.visit("funds.show_over_time", fund_id=fund.id).text
    assert "43.21" in finance.text, "the positive control"
    investor = as_role("investor", institution_id=(manager if institution == "own" else other).id)
    with app.app_context(), unit_of_work(write=False) as session:
        flow_id = session.scalar(sa.select(FundFlow.id))
    for path in (
        f"/funds/{fund.id}/over-time",
        f"/funds/{fund.id}",
        f"/funds/flows/{flow_id}/edit",
        f"/funds/{fund.id}/history",
    ):
        assert investor.open(path).status_code in (403, 404)
    for path in (
        "/portal/startups/",
        f"/portal/startups/{startup.id}",
        "/portal/deals/",
        "/search?q=慎守",
        "/search?q=保密季报",
    ):
        assert silent(investor.open(path).get_data(as_text=True)), path
    for path in (
        f"/copy-text/deals/{deal.id}?audience=investor",
        f"/copy-text/startups/{startup.id}",
        "/search?q=保密季报",
    ):
        assert silent(finance.open(path).get_data(as_text=True)), path
    with app.app_context(), unit_of_work(write=False):
        kept = db.session.get_one(Institution, manager.id)
        for about in (kept, None):
            html = document_of("summary", summarise(about, PERIOD), "both").html
            assert silent(html)


def silent(text: str) -> bool:
    return not any(told in text for told in ("1.23 亿", "123.46M", "123,456,789", "43.21"))


def test_few_flows_are_told_by_quarter_and_many_by_year() -> None:
    told = [Dated(date(2022, 2, 1), FlowKind.CALL, 100), Dated(date(2022, 8, 1), FlowKind.DISTRIBUTION, 30)]
    found = [
        (one.year, one.quarter, one.called, one.distributed, one.net) for one in periods(told, [], date(2022, 12, 1))
    ]
    assert found == [(2022, 1, 100, 0, -100), (2022, 2, 0, 0, -100), (2022, 3, 0, 30, -70), (2022, 4, 0, 0, -70)]
    years = [(one.year, one.quarter, one.net) for one in periods(told, [], date(2026, 3, 1))]
    assert years == [(2022, 0, -70), (2023, 0, -70), (2024, 0, -70), (2025, 0, -70), (2026, 0, -70)]


def test_the_curve_draws_money_out_below_zero_and_back_above_it() -> None:
    drawn = curve([Step("1", "", 100, 0, -100), Step("2", "", 0, 150, 50)])
    assert [amount for _, amount in drawn.grid] == [-100, -50, 0, 50, 100, 150]
    assert drawn.grid[0][0] > drawn.zero > drawn.grid[-1][0]
    first, second = drawn.columns
    assert first.out == pytest.approx(drawn.grid[0][0] - drawn.zero, abs=0.05)
    assert second.back == pytest.approx(drawn.zero - drawn.grid[-1][0], abs=0.05)
    ends = [float(point.split(",")[1]) for point in drawn.line.split()]
    assert ends == pytest.approx([drawn.grid[0][0], drawn.grid[3][0]], abs=0.05)


def test_corrections_keep_what_they_do_not_touch_and_two_at_once_are_shown_both(
    finance: Visitor, as_role: Callable[..., Visitor], work: Work
) -> None:
    fund = a_fund()
    flow = a_flow(fund, note="首期")
    kept = [a_fund_figure(fund, NAV, START), a_fund_figure(fund, 1455, START, Measure.DPI)]
    kept.append(a_fund_figure(fund, -325, START, Measure.IRR, credit_line="without"))
    for figure in kept:
        finance.visit("funds.edit_figure", figure_id=figure.id).submit("Save", source="年报")
        assert "Saved." in finance.text
    with work() as session:
        told = session.scalars(sa.select(FundFigure).order_by(FundFigure.id)).all()
        assert [(one.value, one.credit_line, one.source) for one in told] == [
            (NAV, None, "年报"),
            (1455, None, "年报"),
            (-325, "without", "年报"),
        ]
    finance.visit("funds.edit_flow", flow_id=flow.id)
    as_role("manager").visit("funds.edit_flow", flow_id=flow.id).submit("Save", note="第二期")
    finance.submit("Save", note="第三期")
    assert finance.status == 409
    assert "第二期" in finance.text


def test_what_a_fund_did_is_made_once_and_tells_the_next_flow_and_who_may_change_it(
    finance: Visitor, as_role: Callable[..., Visitor]
) -> None:
    fund, leader = a_fund(), as_role("leader")
    a_flow(fund, amount=YI)
    for _ in range(2):
        assert "Record a flow" in finance.visit("funds.show_over_time", fund_id=fund.id).now.links()
        assert "Record a flow" not in leader.visit("funds.show_over_time", fund_id=fund.id).now.links()
    a_flow(fund, amount=3 * YI)
    assert "300M" in leader.visit("funds.show_over_time", fund_id=fund.id).text.replace(" million", "M")
