"""What money may come when, with the arithmetic in the test."""

from __future__ import annotations

from datetime import date

import pytest

from crm.analytics.filters import Filters
from crm.analytics.queries import forecast
from crm.deals.models import Round
from crm.lib.money import Amount
from tests.analytics.conftest import Tell
from tests.conftest import Work
from tests.factories import WAN

TODAY = date(2026, 6, 12)
EVERYTHING = Filters()
FUNDED = (("referred", 0), ("met", 10), ("signed", 40), ("funded", 60))
PASSED = (("referred", 0), ("met", 10), ("met", 30, "passed"))


@pytest.fixture
def past(told: Tell) -> None:
    """Two funded and three passed after meeting: of five past deals that met, two brought money: 40 %."""
    for way in (FUNDED, FUNDED, PASSED, PASSED, PASSED):
        told(*way)


def test_a_weight_is_the_share_of_past_deals_that_were_funded_and_open_ones_say_nothing(
    work: Work, told: Tell, past: None
) -> None:
    told(("referred", 0), ("met", 100))
    with work():
        found = forecast.past_of_stages(Filters(), TODAY)
    assert (found["met"].decided, found["met"].funded, found["met"].weight) == (5, 2, 0.4)
    assert (found["signed"].decided, found["signed"].weight) == (2, None), "two past deals are too few"


def test_an_amount_counts_with_the_weight_of_its_stage_in_the_month_in_which_the_round_closes(
    work: Work, told: Tell, past: None
) -> None:
    """300 万 to 500 万 at 40 %: 120 万 to 200 万."""
    deal = told(("referred", 100), ("met", 120), intended=Amount.between(300 * WAN, 500 * WAN, "300–500 万"))
    with work() as session:
        session.get_one(Round, deal.round_id).closes_on = date(2026, 9, 30)
    with work():
        found = forecast.forecast(EVERYTHING, TODAY)
    month = found.buckets["2026-09"]
    assert (month.deals, month.low, month.high) == (1, 300 * WAN, 500 * WAN)
    assert (month.weighted_low, month.weighted_high) == (120 * WAN, 200 * WAN)
    assert found.total.deals == 1, "what was funded or passed is not expected"


def test_with_too_few_past_deals_the_amount_counts_from_nothing_to_all(work: Work, told: Tell) -> None:
    told(("referred", 100), intended=Amount.exactly(200 * WAN))
    with work():
        found = forecast.forecast(EVERYTHING, TODAY)
    unknown = found.buckets[forecast.UNKNOWN]
    assert (unknown.unweighted, unknown.weighted_low, unknown.weighted_high) == (1, 0, 200 * WAN)


def test_an_undisclosed_amount_is_counted_and_adds_nothing(work: Work, told: Tell, past: None) -> None:
    told(("referred", 100), ("met", 120), intended=Amount.in_words("数千万"))
    with work():
        total = forecast.forecast(EVERYTHING, TODAY).total
    assert (total.deals, total.undisclosed, total.high, total.weighted_high) == (1, 1, 0, 0)


def test_once_signed_what_is_still_to_come_counts_instead_of_what_was_intended(work: Work, told: Tell) -> None:
    told(("referred", 0), ("signed", 120), intended=Amount.exactly(900 * WAN))
    with work():
        total = forecast.forecast(EVERYTHING, TODAY).total
    assert (total.low, total.high) == (WAN, WAN)


def test_without_a_closing_day_the_usual_time_from_the_stage_tells_the_month(work: Work, told: Tell) -> None:
    """Five funded deals took 50 days from the meeting; a deal that met on 20 May is expected on 9 July, one that met on
    5 April was expected on 25 May: its day has passed. A round that was to close long ago stands there too."""
    for _ in range(5):
        told(*FUNDED)
    told(("referred", 100), ("met", 135))
    told(("referred", 80), ("met", 90))
    overdue = told(("referred", 130), ("met", 135))
    with work() as session:
        session.get_one(Round, overdue.round_id).closes_on = date(2026, 6, 11)
    with work():
        found = forecast.forecast(EVERYTHING, TODAY)
    assert found.past["met"].usual_days == 50
    counted = {name: one.deals for name, one in found.buckets.items() if one.deals}
    assert counted == {"2026-07": 1, forecast.PAST: 2}


def test_months_begin_today_and_join_without_a_gap() -> None:
    months = list(forecast.buckets(TODAY).items())
    assert months[0] == ("2026-06", (TODAY, date(2026, 6, 30)))
    assert months[-1] == ("2027-05", (date(2027, 5, 1), date(2027, 5, 31)))
