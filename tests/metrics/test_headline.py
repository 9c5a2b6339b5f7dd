"""The headline figures, with the arithmetic in the test."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.accounts.models import System
from crm.core.listing import Place
from crm.funds.look_through import Span
from crm.institutions import actions as institution_actions
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.metrics.actions import take_snapshots
from crm.metrics.comparing import compare
from crm.metrics.definitions import METRICS
from crm.metrics.look_through import seen_through
from crm.metrics.queries import Clocks, rows_of, value_of
from crm.services import actions as service_actions
from crm.services.models import Service, ServiceState
from tests.conftest import Work
from tests.factories import (
    AT,
    WAN,
    YI,
    a_brand,
    a_commitment,
    a_deal,
    a_fund,
    a_service,
    a_startup,
    an_institution,
)

END_OF_2025, END_OF_2026 = date(2025, 12, 31), date(2026, 12, 31)


def value(work: Work, name: str, as_of: date = END_OF_2026) -> int:
    with work():
        return value_of(METRICS[name], as_of)


def test_an_institution_counts_from_the_day_it_joined(work: Work) -> None:
    an_institution(joined_on=date(2025, 12, 31))
    an_institution(joined_on=date(2026, 1, 1))
    an_institution(joined_on=None)
    assert value(work, "institutions_attracted", END_OF_2025) == 1
    assert value(work, "institutions_attracted", END_OF_2026) == 2


def test_an_institution_that_left_was_still_attracted_but_one_in_the_bin_was_not(work: Work) -> None:
    an_institution(joined_on=date(2025, 1, 1), left_on=date(2025, 6, 1))
    binned = an_institution(joined_on=date(2025, 1, 1))
    with work() as session:
        institution_actions.archive(session.get_one(Institution, binned.id), by=System(), at=AT)
    assert value(work, "institutions_attracted") == 1


def test_a_company_counts_once_and_only_for_completed_services_of_the_finance_line(work: Work) -> None:
    served, planned, compute = a_startup(), a_startup(), a_startup()
    a_service(served)
    a_service(served, type_zh="专场路演")
    a_service(planned, state=ServiceState.PLANNED)
    a_service(compute, type_zh="算力券")
    assert value(work, "companies_served") == 1
    assert value(work, "companies_served_by_introduction_or_roadshow") == 1


def test_a_coached_company_met_no_investor(work: Work) -> None:
    a_service(type_zh="BP辅导")
    assert value(work, "companies_served") == 1
    assert value(work, "companies_served_by_introduction_or_roadshow") == 0


def test_a_service_in_the_bin_serves_nobody(work: Work) -> None:
    service = a_service()
    with work() as session:
        kept = session.get_one(Service, service.id, options=list(_names()))
        service_actions.archive(kept, by=System(), at=AT)
    assert value(work, "companies_served") == 0


def _names() -> tuple[object, ...]:
    from crm.services.queries import WITH_NAMES

    return WITH_NAMES


def test_three_levels_of_funds_of_funds_leave_the_capital_from_outside(work: Work) -> None:
    """Mother 100 ← outside 100; middle 60 ← mother 30 + outside 30; direct 20 ← middle 5 + mother 2 + outside 13.

    Gross 100 + 60 + 20 = 180. Inside 30 + 5 + 2 = 37. Net 143 = outside 100 + 30 + 13.
    """
    mother, middle, direct = (a_fund(committed=size * YI) for size in (100, 60, 20))
    a_commitment(mother, "社会资本", 100 * YI)
    a_commitment(middle, mother, 30 * YI)
    a_commitment(middle, "社会资本", 30 * YI)
    a_commitment(direct, middle, 5 * YI)
    a_commitment(direct, mother, 2 * YI)
    a_commitment(direct, "引导基金", 13 * YI)
    assert value(work, "fund_matrix_gross") == 180 * YI
    assert value(work, "fund_matrix_inside") == 37 * YI
    assert value(work, "fund_matrix_net") == 143 * YI


def test_an_inside_commitment_counts_once_both_funds_have_joined(work: Work) -> None:
    early, late = an_institution(joined_on=date(2025, 1, 1)), an_institution(joined_on=date(2026, 1, 1))
    mother, child = a_fund(managers=[late], committed=50 * YI), a_fund(managers=[early], committed=10 * YI)
    a_commitment(child, mother, 4 * YI)
    assert value(work, "fund_matrix_net", END_OF_2025) == 10 * YI
    assert value(work, "fund_matrix_net", END_OF_2026) == 56 * YI


def test_a_fund_of_two_managers_counts_once_from_the_first_of_them(work: Work) -> None:
    early, late = an_institution(joined_on=date(2025, 1, 1)), an_institution(joined_on=date(2026, 1, 1))
    a_fund(managers=[late, early], committed=3 * YI)
    assert value(work, "fund_matrix_gross", END_OF_2025) == 3 * YI
    assert value(work, "fund_matrix_gross", END_OF_2026) == 3 * YI


def test_a_dollar_fund_counts_in_yuan_at_the_stored_rate_to_the_fen(work: Work) -> None:
    """USD 1,000,000.01 × 7.1021 = CNY 7,102,100.07 (0.071021 rounded down)."""
    a_fund(committed=100_000_001, currency="USD", cny_rate=7_102_100, cny_rate_source="中国人民银行中间价")
    assert value(work, "fund_matrix_gross") == 710_210_007


def test_a_hundred_billion_dollar_fund_does_not_overflow(work: Work) -> None:
    a_fund(committed=10**13, currency="USD", cny_rate=7_000_000, cny_rate_source="中国人民银行中间价")
    assert value(work, "fund_matrix_gross") == 7 * 10**13


@pytest.mark.parametrize(
    ("amount", "least"), [(Amount.in_words("数千万"), 0), (Amount.between(YI, 2 * YI, "1-2亿"), YI), (Amount(), 0)]
)
def test_a_commitment_without_an_exact_amount_is_listed_and_subtracts_what_it_is_at_least(
    work: Work, amount: Amount, least: int
) -> None:
    mother, child = a_fund(committed=50 * YI), a_fund(committed=10 * YI)
    a_commitment(child, mother, amount)
    assert value(work, "fund_matrix_net") == 60 * YI - least
    with work():
        assert seen_through("committed", END_OF_2026).found.net.high == 60 * YI - least, "the most that it can be"
        assert rows_of(METRICS["fund_matrix_inside"], Clocks(END_OF_2026), Place()).count == 1


def test_a_commitment_counts_from_the_day_on_which_it_was_made(work: Work) -> None:
    mother, child = a_fund(committed=50 * YI), a_fund(committed=10 * YI)
    a_commitment(child, mother, Amount.exactly(YI), committed_on=END_OF_2026)
    before = END_OF_2026 - timedelta(days=1)
    with work():
        for day, inside in ((before, 0), (END_OF_2026, YI)):
            assert value_of(METRICS["fund_matrix_inside"], day) == inside
            assert seen_through("committed", day).found.inside == Span(inside, inside)


def test_signed_and_received_are_told_apart_and_by_their_own_days(work: Work) -> None:
    a_deal(stage="signed", happened_on=date(2025, 11, 1), signed=3000 * WAN)
    a_deal(stage="funded", happened_on=date(2026, 2, 1), signed=2000 * WAN, received=1500 * WAN)
    assert value(work, "amount_signed_to_date", END_OF_2025) == 3000 * WAN
    assert value(work, "amount_signed_to_date") == 5000 * WAN
    assert value(work, "amount_signed_this_year") == 2000 * WAN
    assert value(work, "amount_received_to_date", END_OF_2025) == 0
    assert value(work, "amount_received_this_year") == 1500 * WAN
    assert value(work, "introductions_to_date") == 2
    assert value(work, "introductions_this_year") == 1


def test_every_number_equals_the_rows_behind_it_and_what_changed_adds_up_at_any_dates(work: Work) -> None:
    early = an_institution(joined_on=date(2025, 1, 1), left_on=date(2026, 3, 1))
    mother, child = a_fund(managers=[early], committed=50 * YI), a_fund(committed=10 * YI)
    a_commitment(child, mother, 4 * YI)
    startup = a_startup()
    a_service(startup, type_zh="专场路演", happened_on=date(2025, 3, 1))
    a_service(type_zh="BP辅导", happened_on=date(2026, 2, 1))
    a_deal(startup, early, stage="funded", happened_on=date(2025, 9, 1), signed=900 * WAN, received=100 * WAN)
    a_deal(stage="signed", happened_on=date(2026, 4, 1), signed=500 * WAN)
    with work():
        take_snapshots(date(2026, 12, 31), at=AT)
    a_deal(stage="signed", happened_on=date(2026, 5, 1), signed=100 * WAN)
    dates = st.dates(date(2024, 12, 1), date(2026, 12, 31))

    @settings(max_examples=5)
    @given(as_of=dates, later=dates, known_at=st.sampled_from((AT, None)))
    @example(as_of=date(2026, 4, 1), later=date(2026, 12, 31), known_at=AT)
    def holds(as_of: date, later: date, known_at: datetime | None) -> None:
        for metric in METRICS.values():
            rows = rows_of(metric, Clocks(as_of, known_at), Place()).rows
            told = sum(row.amount or 0 for row in rows) if metric.is_money else len(rows)
            assert value_of(metric, as_of, known_at) == told, metric.name
            found = compare(metric, Clocks(as_of, known_at), Clocks(later))
            assert (found.before, found.after) == (told, value_of(metric, later)), metric.name
            assert found.after - found.before == sum(one.effect for one in found.differences), metric.name

    with work():
        holds()


def test_a_brand_counts_once_and_who_has_none_stands_for_itself(work: Work) -> None:
    first, second, alone = (an_institution(joined_on=date(2025, month, 1)) for month in (3, 1, 2))
    later = an_institution(joined_on=date(2026, 1, 1))
    a_brand("寒溪资本", (first, second, later))
    assert value(work, "institutions_attracted", END_OF_2025) == 3
    assert value(work, "brands_attracted", END_OF_2025) == 2
    with work():
        rows = rows_of(METRICS["brands_attracted"], Clocks(END_OF_2026), Place("label")).rows
        told = {row.label: (row.detail, row.day) for row in rows}
    assert told == {
        "寒溪资本": (min(first.name, second.name, later.name), date(2025, 1, 1)),
        alone.name: (alone.name, date(2025, 2, 1)),
    }


def test_an_institution_is_present_until_the_day_it_leaves(work: Work) -> None:
    an_institution(joined_on=date(2025, 1, 1), left_on=date(2025, 12, 31))
    an_institution(joined_on=date(2025, 1, 1), left_on=date(2026, 1, 1))
    assert value(work, "institutions_present", END_OF_2025) == 1
    assert value(work, "institutions_attracted", END_OF_2025) == 2
