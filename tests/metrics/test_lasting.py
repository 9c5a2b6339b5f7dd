"""Figures of what lasts for a while after something: institutions by activity, startups financed, startups grown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product

import pytest
import sqlalchemy as sa

from crm.events.models import Arrival
from crm.metrics.courses import measures
from crm.metrics.definitions import METRICS
from crm.metrics.queries import Clocks, counts_on, facts_of, rows, value_of
from tests.conftest import Work
from tests.factories import (
    WAN,
    a_deal,
    a_guest,
    a_past_round,
    a_reported_metric,
    a_service,
    a_startup,
    an_activity,
    an_arrival,
    an_event,
    an_institution,
)

ACTIVITY = ("institutions_active", "institutions_quiet", "institutions_silent")


def state(day: date) -> dict[str, int]:
    return {name.removeprefix("institutions_"): one.value for name, one in measures(day, ACTIVITY).items() if one.value}


def test_an_institution_is_active_for_30_days_then_quiet_and_silent_after_90(work: Work) -> None:
    """Joined 1 January. 30 days later is 31 January; the meeting comes 59 days after the joining, on 1 March.
    30 days after that is 31 March, 90 days after it 30 May; it leaves on 1 July."""
    institution = an_institution(joined_on=date(2026, 1, 1), left_on=date(2026, 7, 1))
    an_activity(institution, kind="meeting", happened_on=date(2026, 3, 1))
    with work():
        assert [state(day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31))] == [
            {},
            {"active": 1},
            {"active": 1},
        ]
        assert [state(day) for day in (date(2026, 2, 1), date(2026, 2, 28))] == [{"quiet": 1}] * 2
        assert [state(day) for day in (date(2026, 3, 1), date(2026, 3, 31))] == [{"active": 1}] * 2
        assert [state(day) for day in (date(2026, 4, 1), date(2026, 5, 30))] == [{"quiet": 1}] * 2
        assert [state(day) for day in (date(2026, 5, 31), date(2026, 6, 30))] == [{"silent": 1}] * 2
        assert state(date(2026, 7, 1)) == {}


def test_contact_is_what_the_definition_names_and_nothing_else(work: Work) -> None:
    day = date(2026, 6, 12)
    told, met, moved, served, came = (an_institution(joined_on=date(2025, 1, 1)) for _ in range(5))
    an_activity(told, kind="note", happened_on=day)
    an_activity(met, kind="call", happened_on=day)
    a_deal(None, moved, happened_on=day)
    a_service(partners=(served,), happened_on=day)
    visit = an_arrival(a_guest(an_event(), came), "顾南乔")
    with work() as session:
        session.get_one(Arrival, visit.id).arrived_at = datetime(2026, 6, 11, 16, 30, tzinfo=UTC)
    with work():
        assert state(day) == {"active": 4, "silent": 1}, "00:30 in Shanghai is the next day; a note is no contact"
        assert state(date(2026, 6, 11)) == {"silent": 5}


def test_every_institution_at_present_is_in_exactly_one_of_the_three(work: Work) -> None:
    institution = an_institution(joined_on=date(2024, 11, 20))
    for month in (1, 2, 5, 9):
        an_activity(institution, kind="mail", happened_on=date(2025, month, 28))
    an_institution(joined_on=date(2025, 2, 1))
    with work():
        for day in (date(2025, month, 3) for month in range(1, 13)):
            assert sum(state(day).values()) == value_of(METRICS["institutions_present"], day)


def test_a_startup_counts_once_as_financed_however_often_money_came(work: Work) -> None:
    startup, early = a_startup(joined_on=date(2026, 1, 1)), a_startup(joined_on=date(2026, 1, 1))
    outside = a_startup(joined_on=None)
    a_deal(startup, stage="funded", signed=2 * WAN, received=WAN, happened_on=date(2026, 3, 1))
    a_past_round(startup, "seed", happened_on=date(2026, 5, 1))
    a_past_round(early, "seed", happened_on=date(2025, 6, 1))
    a_past_round(outside, "seed", happened_on=date(2026, 5, 1))
    financed = METRICS["startups_financed"]
    with work():
        assert value_of(financed, date(2026, 5, 31)) == 2, "365 days after 1 June 2025 have not passed"
        assert value_of(financed, date(2026, 6, 1)) == 1
        assert value_of(financed, date(2027, 4, 30)) == 1
        assert value_of(financed, date(2027, 5, 1)) == 0
        assert value_of(METRICS["startups_present"], date(2026, 6, 1)) == 2


@pytest.mark.parametrize(("after", "grown"), [(1200, 0), (1201, 1)])
def test_growth_is_more_than_20_percent_over_the_year_before(work: Work, after: int, grown: int) -> None:
    """1,000 万 grown by 20 percent is 1,200 万: that is not more than 20 percent."""
    startup = a_startup(joined_on=date(2024, 1, 1))
    a_reported_metric(startup, value=1000 * WAN, as_of=date(2024, 12, 31), period="2024")
    a_reported_metric(startup, value=after * WAN, as_of=date(2025, 12, 31), period="2025")
    a_reported_metric(startup, value=300 * WAN, as_of=date(2025, 12, 31), period="2025 Q4")
    a_reported_metric(a_startup(joined_on=date(2024, 1, 1)), value=WAN, as_of=date(2025, 12, 31))
    with work():
        day = date(2026, 6, 1)
        assert value_of(METRICS["startups_grown"], day) == grown
        assert value_of(METRICS["startups_comparable"], day) == 1


def test_what_a_year_reported_counts_until_the_next_31_december_in_a_leap_year_too(work: Work) -> None:
    startup = a_startup(joined_on=date(2022, 1, 1))
    for year in (2022, 2023):
        a_reported_metric(startup, value=WAN, as_of=date(year, 12, 31), period=str(year))
    with work():
        days = (date(2023, 12, 30), date(2023, 12, 31), date(2024, 12, 30), date(2024, 12, 31))
        assert [value_of(METRICS["startups_comparable"], day) for day in days] == [0, 1, 1, 0]


def test_introductions_are_followed_to_the_money_without_inventing_stages(work: Work) -> None:
    for stage, day in (("referred", 1), ("met", 2), ("signed", 3), ("funded", 4)):
        told = {"signed": {"signed": WAN}, "funded": {"signed": WAN, "received": WAN}}.get(stage, {})
        a_deal(stage=stage, happened_on=date(2026, 3, day), **told)
    names = ("introductions_met", "introductions_term_sheet", "introductions_signed", "introductions_received")
    with work():
        assert [one.value for one in measures(date(2026, 3, 31), names).values()] == [3, 2, 2, 1]
        assert [one.value for one in measures(date(2026, 3, 3), names).values()] == [2, 1, 1, 0]


def test_a_company_counts_once_in_each_month_that_served_it(work: Work) -> None:
    startup = a_startup()
    for day in (date(2026, 3, 2), date(2026, 3, 30), date(2026, 5, 1)):
        a_service(startup, happened_on=day)
    served = METRICS["companies_served_this_month"]
    with work():
        days = (date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31))
        assert [value_of(served, day) for day in days] == [0, 1, 0, 1]


def test_the_rows_of_a_day_are_those_of_all_facts_that_count_on_it(work: Work) -> None:
    institution = an_institution(joined_on=date(2024, 11, 20))
    for month in (1, 2, 5, 9):
        an_activity(institution, kind="mail", happened_on=date(2025, month, 28))
    an_institution(joined_on=date(2025, 2, 1), left_on=date(2025, 10, 1))
    with work() as session:
        for name, day in product(ACTIVITY, (date(2025, month, 3) for month in range(1, 13))):
            facts = facts_of(METRICS[name]).c
            all_facts = sa.select(facts.row_id, facts.record_id, facts.day).where(counts_on(METRICS[name], facts, day))
            told = session.execute(rows(METRICS[name], Clocks(day))).all()
            assert sorted((one.row_id, one.record_id, one.day) for one in told) == sorted(session.execute(all_facts))
            assert len(told) == value_of(METRICS[name], day)
