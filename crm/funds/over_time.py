"""What a fund did over time: its returns as of a day, and its flows by quarter or year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.funds.known import Known
from crm.funds.models import NET, FundFigure, Measure
from crm.lib.returns import CASH, Dated, FlowKind, Returns, returns

MOST_QUARTERS = 16
ENDS_SOON = timedelta(days=180)


@dataclass(frozen=True)
class Period:
    """A quarter, or a year (`quarter` 0). Money in 分 of the fund; `net`: paid out less paid in, since the first flow.

    `nav`: the last net asset value reported within the period.
    """

    year: int
    quarter: int
    called: int
    distributed: int
    net: int
    nav: int | None


@dataclass(frozen=True)
class OverTime:
    """The returns of a fund as of a `day`: that of the last net asset value reported until the day asked for.

    `later`: flows after it, which no figure counts yet.
    """

    day: date
    nav: FundFigure | None
    returns: Returns
    is_told_by_flows: bool
    later: int
    periods: Sequence[Period]


def over_time(known: Known, asked: date) -> OverTime:
    """What flows and reported net asset values say of a fund as of the day asked for."""
    navs = [one for one in known.figures if one.measure == Measure.NAV and one.fee_basis == NET and one.as_of <= asked]
    nav = navs[0] if navs else None
    day = nav.as_of if nav else asked
    dated = [Dated(flow.happened_on, flow.kind, flow.amount) for flow in known.flows if flow.happened_on <= asked]
    return OverTime(
        day=day,
        nav=nav,
        returns=returns(dated, nav.value if nav else None, day, committed=known.committed),
        is_told_by_flows=any(flow.kind == FlowKind.COMMITMENT and flow.day <= day for flow in dated),
        later=sum(flow.day > day for flow in dated),
        periods=list(periods([flow for flow in dated if flow.kind in CASH], navs, asked)),
    )


def periods(flows: Sequence[Dated], navs: Sequence[FundFigure], until: date) -> Iterator[Period]:
    """Every quarter from the first flow to a day, or every year where there are too many. `navs`: the latest first."""
    if not flows:
        return
    quarters = [(year, quarter) for year in range(flows[0].day.year, until.year + 1) for quarter in range(1, 5)]
    spans = [one for one in quarters if quarter_of(flows[0].day) <= one <= quarter_of(until)]
    if len(spans) > MOST_QUARTERS:
        spans = [(year, 0) for year in range(flows[0].day.year, until.year + 1)]
    net = 0
    for year, quarter in spans:
        inside = [flow for flow in flows if is_in(flow.day, year, quarter)]
        called = sum(flow.amount for flow in inside if CASH[flow.kind] < 0)
        distributed = sum(flow.amount for flow in inside if CASH[flow.kind] > 0)
        net += distributed - called
        nav = next((one.value for one in navs if is_in(one.as_of, year, quarter)), None)
        yield Period(year, quarter, called, distributed, net, nav)


def quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3


def is_in(day: date, year: int, quarter: int) -> bool:
    return day.year == year and quarter in (0, quarter_of(day)[1])
