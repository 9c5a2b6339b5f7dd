"""A fund over time as it was known: late entries and corrections never change what was told before, and add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import joinedload

from crm.core.clock import end_of
from crm.funds import flows as actions
from crm.funds.flows import FigureValues, FlowValues
from crm.funds.known import Known, Then, Why, differences, known_at
from crm.funds.models import NET, Fund, FundFigure, FundFlow, Measure
from crm.funds.over_time import over_time
from crm.funds.queries import find_flow, known_of
from crm.lib.returns import FlowKind
from tests.conftest import Work
from tests.factories import BY, YI, a_fund
from tests.support.visitor import Visitor

KNOWN_ON = date(2026, 3, 31)
EARLY, LATE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
AS_OF = date(2026, 4, 30)
CALL = FlowValues(date(2024, 1, 5), FlowKind.CALL, 4 * YI)
BACK = FlowValues(date(2025, 1, 5), FlowKind.DISTRIBUTION, YI)
NAV = FigureValues(Measure.NAV, 5 * YI, date(2025, 12, 31))


def a_fund_with_a_past(work: Work) -> Fund:
    """Known in March: 4 亿 called, 1 亿 back, a call of 2 亿 by mistake, a value of 5 亿. In May the first call reads
    3.5 亿, the mistake is gone, a distribution of 0.5 亿 of 2025 and a call of 1 亿 of April were entered, the value of
    2025 reads 6 亿, and April's is 5 亿.
    """
    fund = a_fund(committed=10 * YI)
    with work():
        call = actions.add_flow(fund, CALL, by=BY, at=EARLY)
        actions.add_flow(fund, BACK, by=BY, at=EARLY)
        mistake = actions.add_flow(fund, replace(CALL, amount=2 * YI), by=BY, at=EARLY)
        nav = actions.add_figure(fund, NAV, by=BY, at=EARLY)
        ids = call.id, mistake.id, nav.id
    with work() as session:
        call, mistake, nav = (
            session.get_one(kind, one, options=[joinedload(kind.fund)])
            for kind, one in zip((FundFlow, FundFlow, FundFigure), ids, strict=True)
        )
        actions.edit_flow(call, replace(CALL, amount=7 * YI // 2), version=None, by=BY, at=LATE)
        actions.archive(mistake, by=BY, at=LATE)
        actions.edit_figure(nav, replace(NAV, value=6 * YI), version=None, by=BY, at=LATE)
        actions.add_flow(fund, replace(BACK, happened_on=date(2025, 6, 1), amount=YI // 2), by=BY, at=LATE)
        actions.add_flow(fund, replace(CALL, happened_on=date(2026, 4, 2), amount=YI), by=BY, at=LATE)
        actions.add_figure(fund, replace(NAV, as_of=date(2026, 4, 3)), by=BY, at=LATE)
    return fund


def test_what_was_known_stays_and_the_difference_is_explained_in_classes(work: Work) -> None:
    """Paid in 4 + 2 = 6 then; 3.5 + 1 = 4.5 now: −0.5 − 2 + 1. Distributed 1 then, 1.5 now. DPI 1 ÷ 6 and 1.5 ÷ 4.5."""
    fund = a_fund_with_a_past(work)
    with work():
        before, after = known_at(fund, end_of(KNOWN_ON)), known_of(fund)
        then, now = over_time(before, AS_OF), over_time(after, AS_OF)
        told = differences(before, after, Then(then.day, now.day, AS_OF, KNOWN_ON))
    assert (then.returns.paid_in, then.returns.distributed, then.returns.residual) == (6 * YI, YI, 5 * YI)
    assert (now.returns.paid_in, now.returns.distributed, now.returns.residual) == (9 * YI // 2, 3 * YI // 2, 5 * YI)
    assert sorted((one.why, one.paid_in, one.distributed) for one in told) == [
        (Why.CORRECTED, -2 * YI, 0),
        (Why.CORRECTED, -YI // 2, 0),
        (Why.CORRECTED, 0, 0),
        (Why.LATE, 0, YI // 2),
        (Why.NEW, 0, 0),
        (Why.NEW, YI, 0),
    ]


def test_what_was_taken_out_and_brought_back_was_not_known_in_between(work: Work) -> None:
    fund = a_fund()
    moments = [EARLY + timedelta(days=days) for days in (0, 10, 20)]
    with work():
        flow_id = actions.add_flow(fund, CALL, by=BY, at=moments[0]).id
    for act, at in ((actions.archive, moments[1]), (actions.restore, moments[2])):
        with work():
            flow = find_flow(BY, flow_id)
            assert flow is not None
            act(flow, by=BY, at=at)
    with work():
        found = [len(known_at(fund, at + timedelta(days=shift)).flows) for at in moments for shift in (-1, 1)]
    assert found == [0, 1, 1, 0, 0, 1]


def test_the_page_shows_the_figures_as_known_and_what_changed_since(finance: Visitor, work: Work) -> None:
    fund = a_fund_with_a_past(work)
    page = finance.visit("funds.show_over_time", fund_id=fund.id, as_of="2026-04-30", known_on="2026-03-31").now
    assert "As known on 2026-03-31" in page.text
    assert "DPI0.17×" in page.text.replace(" ", "")
    told = [row[:3] for row in page.rows]
    assert ["2025-06-01", "Distribution", "Late entries"] in told
    assert ["2024-01-05", "Capital call", "Corrections"] in told
    assert ["2026-04-02", "Capital call", "New"] in told
    assert [row[-2:] for row in page.rows if row[0] == "In all"] == [["−CNY 150M", "+CNY 50M"]]
    page = finance.visit("funds.show_over_time", fund_id=fund.id, known_on="never").now
    assert "DPI0.33×" in page.text.replace(" ", "")
    assert page.error_of("As known on")


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
FLOWS = st.dictionaries(
    st.integers(1, 5), st.tuples(DAYS, st.sampled_from(FlowKind), st.integers(1, 9)), max_size=5
).map(lambda told: [FundFlow(id=one, happened_on=day, kind=kind, amount=fen) for one, (day, kind, fen) in told.items()])
FIGURES = st.dictionaries(st.integers(1, 3), st.tuples(DAYS, st.integers(0, 9)), max_size=3).map(
    lambda told: [
        FundFigure(id=one, measure=Measure.NAV, as_of=day, value=fen, fee_basis=NET, credit_line=None)
        for one, (day, fen) in sorted(told.items(), key=lambda one: one[1], reverse=True)
    ]
)
KNOWN = st.builds(
    lambda flows, figures: Known(sorted(flows, key=lambda one: one.happened_on), figures, 100), FLOWS, FIGURES
)


@given(before=KNOWN, after=KNOWN, as_of=DAYS, known_on=DAYS)
def test_the_differences_always_add_up(before: Known, after: Known, as_of: date, known_on: date) -> None:
    then, now = over_time(before, as_of), over_time(after, as_of)
    told = differences(before, after, Then(then.day, now.day, as_of, known_on))
    assert sum(one.paid_in for one in told) == now.returns.paid_in - then.returns.paid_in
    assert sum(one.distributed for one in told) == now.returns.distributed - then.returns.distributed
