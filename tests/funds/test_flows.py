"""What flowed between a fund and its investors, and what it reported."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.errors import Refusal
from crm.funds import flows
from crm.funds.flows import FigureValues, FlowValues
from crm.funds.models import Measure
from crm.funds.queries import figures_of, find_flow, flows_of
from crm.lib.returns import FlowKind
from tests.conftest import Work
from tests.factories import AT, BY, YI, a_fund

DAY = date(2024, 3, 1)
CALL = FlowValues(DAY, FlowKind.CALL, YI)
NAV = FigureValues(Measure.NAV, 2 * YI, DAY)


def test_the_same_flow_twice_and_one_that_lies_ahead_are_refused(work: Work) -> None:
    fund = a_fund()
    with work():
        kept = flows.add_flow(fund, CALL, by=BY, at=AT)
        flows.add_flow(fund, FlowValues(DAY, FlowKind.CALL, YI + 1), by=BY, at=AT)
        with pytest.raises(Refusal, match="recorded already"):
            flows.add_flow(fund, CALL, by=BY, at=AT)
        with pytest.raises(Refusal, match="not come yet"):
            flows.add_flow(fund, FlowValues(date(2030, 1, 1), FlowKind.CALL, YI), by=BY, at=AT)
        with pytest.raises(Refusal, match="above zero"):
            flows.add_flow(fund, FlowValues(DAY, FlowKind.CALL, 0), by=BY, at=AT)
        flows.archive(kept, by=BY, at=AT)
        again = flows.add_flow(fund, CALL, by=BY, at=AT)
        with pytest.raises(Refusal, match="recorded already"):
            flows.restore(kept, by=BY, at=AT)
        assert [one.id for one in flows_of(fund.id) if one.amount == YI] == [again.id]
        assert find_flow(BY, again.id) is again


def test_a_figure_of_another_basis_stands_beside_the_first(work: Work) -> None:
    fund = a_fund()
    with work():
        flows.add_figure(fund, NAV, by=BY, at=AT)
        flows.add_figure(fund, FigureValues(Measure.NAV, 3 * YI, DAY, fee_basis="gross"), by=BY, at=AT)
        with pytest.raises(Refusal, match="there for that day already"):
            flows.add_figure(fund, NAV, by=BY, at=AT)
        assert [one.value for one in figures_of(fund.id)] == [3 * YI, 2 * YI]
