"""What flows returned: by hand, by published examples, and beside another implementation."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import exp, isclose

import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.figures import show_rate, show_ratio
from crm.lib.returns import Dated, FlowKind, Irr, Lacking, by_day, irr, returns, roots

START = date(2020, 1, 1)
YEAR_1, YEAR_2 = START + timedelta(365), START + timedelta(730)


def test_the_multiples_of_a_small_fund_worked_by_hand() -> None:
    flows = [
        Dated(START, FlowKind.COMMITMENT, 1000),
        Dated(START, FlowKind.CALL, 400),
        Dated(YEAR_1, FlowKind.REDUCTION, 200),
        Dated(YEAR_1, FlowKind.RECALLABLE, 100),
        Dated(YEAR_1, FlowKind.CALL, 100),  # the recalled distribution: paid in once more
        Dated(YEAR_2, FlowKind.REINVESTED, 50),  # distributed and paid in, no money moves
        Dated(YEAR_2, FlowKind.DISTRIBUTION, 150),
        Dated(YEAR_2 + timedelta(1), FlowKind.CALL, 9999),  # after the day that is asked for
    ]
    found = returns(flows, residual=275, day=YEAR_2)
    assert (found.committed, found.paid_in, found.distributed) == (800, 400 + 100 + 50, 100 + 50 + 150)
    assert found.pic == Fraction(550, 800)
    assert found.dpi == Fraction(300, 550)
    assert found.rvpi == Fraction(275, 550)
    assert found.tvpi == Fraction(575, 550)
    assert found.dry_powder == 800 + 100 - 500


def test_a_denominator_of_zero_gives_no_multiple() -> None:
    nothing = returns([], residual=100, day=START)
    assert (nothing.pic, nothing.dpi, nothing.rvpi, nothing.tvpi) == (None,) * 4
    assert returns([Dated(START, FlowKind.CALL, 5)], residual=None, day=START).tvpi is None


@pytest.mark.parametrize(
    ("cash", "rate"),
    [
        ([(0, -100), (365, 110)], 0.10),  # 110 / 1.1 = 100
        ([(0, -100), (730, 121)], 0.10),  # 121 / 1.1² = 100
        ([(0, -100), (365, 60), (730, 55)], 0.10),  # 60 / 1.1 + 55 / 1.1² = 54.5 + 45.5
        ([(0, -100), (365, 50)], -0.50),
        ([(0, -100), (730, 100)], 0.0),
    ],
)
def test_rates_worked_by_hand(cash: list[tuple[int, int]], rate: float) -> None:
    found = irr((START + timedelta(day), amount) for day, amount in cash)
    assert found.rate is not None
    assert isclose(found.rate, rate, abs_tol=1e-4)
    assert found.is_annual


def test_the_documented_example_of_xirr() -> None:
    """Microsoft's reference page of Excel's XIRR, which LibreOffice and Google Sheets repeat: 0.373362535."""
    cash = [
        (date(2008, 1, 1), -10_000),
        (date(2008, 3, 1), 2_750),
        (date(2008, 10, 30), 4_250),
        (date(2009, 2, 15), 3_250),
        (date(2009, 4, 1), 2_750),
    ]
    assert irr(cash).rate == pytest.approx(0.373362535, abs=1e-8)


def test_the_example_of_the_encyclopedia() -> None:
    """Wikipedia, "Internal rate of return": -123,400, 36,200, 54,800, 48,100 at the ends of years return 5.96 %."""
    cash = [(START + timedelta(365 * year), amount) for year, amount in enumerate([-123_400, 36_200, 54_800, 48_100])]
    assert irr(cash).rate == pytest.approx(0.0596, abs=5e-5)


def test_the_oil_pump_of_lorie_and_savage_has_two_rates() -> None:
    """Journal of Business 28 (1955), "Three problems in rationing capital": 25 % and 400 % a year, so none is told."""
    growths = sorted(exp(root) for root in roots([(0, -1600), (1, 10_000), (2, -10_000)]))
    assert growths == pytest.approx([1.25, 5.0])
    cash = [(START + timedelta(365 * year), amount) for year, amount in enumerate([-1600, 10_000, -10_000])]
    assert irr(cash).lacking == Lacking.SEVERAL_ROOTS


def test_under_one_year_a_return_is_not_made_yearly() -> None:
    half = irr([(START, -100), (START + timedelta(182), 110)])
    assert half.rate == pytest.approx(0.10)
    assert not half.is_annual
    assert irr([(START, -100), (START + timedelta(365), 110)]).is_annual


@pytest.mark.parametrize(
    ("cash", "why"),
    [
        ([], Lacking.ONE_SIGNED),
        ([(0, -100), (365, 0)], Lacking.ONE_SIGNED),
        ([(0, 100), (365, 30)], Lacking.ONE_SIGNED),
        ([(0, -100), (0, 100)], Lacking.ONE_SIGNED),
        ([(0, 100), (365, -200), (730, 150)], Lacking.NO_ROOT),  # 100x² − 200x + 150 has no root
        ([(0, -1000), (365, 2500), (730, -1540)], Lacking.SEVERAL_ROOTS),  # 10 % and 40 %
        ([(0, -100), (365, 220), (730, -121)], Lacking.SEVERAL_ROOTS),  # 10 % twice
        ([(0, -1000), (365, 3600), (730, -4310), (1095, 1716)], Lacking.SEVERAL_ROOTS),  # 10 %, 20 % and 30 %
    ],
)
def test_without_exactly_one_rate_there_is_none_and_it_says_why(cash: list[tuple[int, int]], why: Lacking) -> None:
    assert irr((START + timedelta(day), amount) for day, amount in cash) == Irr(lacking=why)


def test_signs_that_change_often_may_have_one_rate_only() -> None:
    """(x − 1.1)(x² + 1) = x³ − 1.1x² + x − 1.1, with three changes of sign and one root."""
    found = irr((START + timedelta(365 * year), amount) for year, amount in enumerate([-10, 11, -10, 11]))
    assert found.rate == pytest.approx(0.10)


def test_without_a_residual_value_there_is_no_rate_yet() -> None:
    assert returns([Dated(START, FlowKind.CALL, 5)], None, YEAR_2).irr.lacking == Lacking.RESIDUAL


moves = st.lists(st.tuples(st.integers(0, 5000), st.integers(-(10**12), 10**12)), min_size=2, max_size=30)


@given(moves)
def test_a_rate_makes_any_flows_worth_nothing(cash: list[tuple[int, int]]) -> None:
    dated = [(START + timedelta(day), amount) for day, amount in cash]
    rate = irr(dated).rate
    net = sorted(by_day(dated).items())
    if rate is not None and irr(dated).is_annual and -0.9 < rate < 10:
        years = [(day - net[0][0]).days / 365 for day, _ in net]
        worths = [amount / (1 + rate) ** year for year, (_, amount) in zip(years, net, strict=True)]
        assert abs(sum(worths)) <= 1e-9 * sum(map(abs, worths))


@given(
    st.lists(st.tuples(st.integers(0, 1500), st.integers(10**9, 10**11)), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(1900, 5000), st.integers(10**9, 10**11)), min_size=1, max_size=12),
)
def test_calls_before_distributions_always_have_one_rate_and_it_agrees_with_pyxirr(
    calls: list[tuple[int, int]], distributions: list[tuple[int, int]]
) -> None:
    cash = [(START + timedelta(day), -amount) for day, amount in calls]
    cash += [(START + timedelta(day), amount) for day, amount in distributions]
    rate = irr(cash).rate
    assert rate is not None
    if -0.5 < rate < 10:
        other = pyxirr.xirr([day for day, _ in cash], [float(amount) for _, amount in cash])
        assert other is not None
        assert isclose(other, rate, rel_tol=1e-6, abs_tol=1e-8)


@given(st.sets(st.integers(1, 60), min_size=2, max_size=4))
def test_every_one_of_several_rates_is_found(percents: set[int]) -> None:
    """Flows a year apart whose polynomial is the product of (x − growth) for each wanted growth."""
    polynomial = [1]
    for percent in percents:
        shifted, times = [100 * one for one in polynomial] + [0], [0] + [(100 + percent) * one for one in polynomial]
        polynomial = [one - two for one, two in zip(shifted, times, strict=True)]
    cash = [(START + timedelta(365 * year), -amount) for year, amount in enumerate(polynomial)]
    assert irr(cash).lacking == Lacking.SEVERAL_ROOTS


def test_multiples_and_rates_are_rounded_half_up_and_zero_has_no_sign() -> None:
    ratios = (Fraction(605, 1000), Fraction(1155, 1000), Fraction(0), None)
    assert [show_ratio(one) for one in ratios] == ["0.61", "1.16", "0.00", "—"]
    assert [show_rate(one) for one in (0.12345, -0.5, -1e-9)] == ["12.3", "-50.0", "0.0"]
