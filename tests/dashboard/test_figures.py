"""What the dashboard says is what the registry counts, and each number's rows are one address away."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from crm.dashboard.figures import elapsed_of, figures_of, progress
from crm.metrics.definitions import METRICS
from crm.metrics.queries import value_of
from tests.conftest import Work
from tests.factories import (
    WAN,
    a_deal,
    a_past_round,
    a_reference,
    a_round,
    a_service,
    a_startup,
    a_target,
    an_institution,
    confirm,
)
from tests.support.visitor import Visitor

DAY = date(2026, 6, 10)


def test_every_value_is_that_of_its_figure_as_of_the_day(work: Work) -> None:
    institution = an_institution(joined_on=date(2026, 5, 20))
    a_deal(None, institution, stage="funded", signed=3 * WAN, received=WAN, happened_on=date(2026, 5, 30))
    a_deal(stage="met", happened_on=date(2026, 6, 1))
    a_target("amount_signed_to_date", value=6 * WAN)
    with work():
        found = figures_of(DAY)
        for one in (*found.headline, *found.steps, *found.activity):
            assert one.value == value_of(one.metric, DAY)
        assert [(step.value, step.share) for step in found.steps] == [
            (2, Fraction(1)),
            (2, Fraction(1)),
            (1, Fraction(1, 2)),
            (1, Fraction(1, 2)),
            (1, Fraction(1, 2)),
        ]
        assert [step.amount for step in found.steps] == [None, None, None, 3 * WAN, WAN]
        signed = next(one for one in found.headline if one.metric.name == "amount_signed_to_date")
        assert (signed.this_month, signed.in_all) == (0, 3 * WAN)
        beside = {one.metric.name: one.beside for one in found.headline if one.beside}
        assert [*beside] == ["institutions_attracted", "companies_served"]
        assert all(value == value_of(metric, DAY) for metric, value in beside.values())
        assert (found.targets[0].actual, found.targets[0].share) == (3 * WAN, Fraction(1, 2))


def test_the_dashboard_can_be_limited_to_what_a_side_confirmed(work: Work, manager: Visitor) -> None:
    partners = (an_institution(),)
    first, second = (
        a_service(a_startup(f"第{one}家科技有限公司"), partners=partners, happened_on=date(2026, 6, 1))
        for one in (1, 2)
    )
    confirm(first, "startup")
    confirm(second, "institution")
    with work():
        whole, limited = figures_of(DAY), figures_of(DAY, "startup")
    served = [
        one.value
        for found in (whole, limited)
        for one in found.headline
        if one.metric.name.startswith("companies_served")
    ]
    assert served == [2, 1]
    assert [found.served.finance[-1] for found in (whole, limited)] == [2, 1]
    manager.visit("dashboard.show_dashboard", as_of="2026-06-10", confirmed="startup")
    assert "Companies served, confirmed by the startup" in manager.text
    assert "the rest counts everything" in manager.text


def test_nothing_counts_yet_for_a_year_to_come_but_what_counts_from_the_beginning(work: Work) -> None:
    a_deal(happened_on=date(2026, 6, 1))
    a_target("introductions_this_year", 2027, value=10)
    a_target("introductions_to_date", 2027, value=10)
    with work():
        assert [(one.actual, one.share) for one in progress(2027, DAY)] == [(None, 0), (1, Fraction(1, 10))]
        assert [one.actual for one in progress(2027, date(2027, 1, 1))] == [0, 1]


def test_a_year_passes_day_by_day() -> None:
    """2026 has 365 days; the 100th is 10 April."""
    assert elapsed_of(2026, date(2026, 4, 10)) == Fraction(100, 365)
    assert (elapsed_of(2026, date(2025, 12, 31)), elapsed_of(2026, date(2026, 12, 31))) == (0, 1)
    assert elapsed_of(2026, date(2027, 5, 1)) == 1


def test_a_yardstick_has_numerator_and_denominator_or_says_that_it_is_not_known_here(work: Work) -> None:
    """One of five startups in the community was financed: 20 percent, which is what is asked for."""
    startups = [a_startup(joined_on=date(2026, 1, 1)) for _ in range(5)]
    a_past_round(startups[0], "seed", happened_on=date(2026, 2, 1))
    a_reference("自有资金投资", numerator=3, denominator=40, beside="incubator_own_funds")
    with work():
        financed, own, grown, other = figures_of(DAY).yardsticks
    assert (financed.numerator, financed.denominator, financed.share) == (1, 5, Fraction(1, 5))
    assert financed.is_reached
    assert (own.share, [str(one.share) for one in own.references]) == (None, ["7.5"])
    assert (grown.share, grown.known, grown.is_reached) == (Fraction(0), 0, False)
    assert (other.share, other.references) == (None, ())


def test_a_company_that_two_categories_served_counts_in_each_and_once_in_the_line(work: Work, manager: Visitor) -> None:
    startup = a_startup()
    a_service(startup, "BP辅导", happened_on=date(2026, 5, 3))
    a_service(startup, "机构一对一对接", happened_on=date(2026, 5, 20))
    a_service(None, "BP辅导", happened_on=date(2026, 5, 20))
    with work():
        served = figures_of(DAY).served
        may = served.days.index(date(2026, 5, 31))
        assert [(row.line, row.category is None, row.counts[may]) for row in served.rows] == [
            ("finance", True, 2),
            ("finance", False, 1),
            ("finance", False, 2),
        ]
        assert served.finance[may] == value_of(METRICS["companies_served_this_month"], date(2026, 5, 31))
    page = manager.visit("dashboard.show_dashboard", as_of=DAY.isoformat()).now
    row = next(one for one in page.rows if one[0] == "Finance")
    answer = manager.open(
        f"/ask/?metric=companies_served_this_month&period=own&from=2026-05-01&to=2026-05-31&line={served.rows[0].line}"
    )
    assert row[1 + may] == "2"
    assert "2 companies" in answer.get_data(as_text=True)


def test_the_matrix_in_small_knows_no_round_of_a_later_day(work: Work) -> None:
    for opened_on in (date(2026, 6, 1), date(2026, 6, 11)):
        a_round(a_startup(growth_stage="seed", sector_layer="models"), opened_on=opened_on)
    with work():
        assert figures_of(DAY).matrix.whole.startups == 1
        assert figures_of(date(2026, 6, 12)).matrix.whole.startups == 2
