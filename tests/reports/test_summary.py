"""The figures of a summary, with the arithmetic in the test."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from crm.core.db import unit_of_work
from crm.core.errors import Refusal
from crm.deals.models import DealStatus
from crm.metrics.definitions import METRICS
from crm.metrics.queries import value_of
from crm.reports.kinds.summary.gathered import LISTED
from crm.reports.periods import Period, check_period, usual_periods
from tests.conftest import Work
from tests.factories import (
    TODAY,
    WAN,
    YI,
    a_commitment,
    a_deal,
    a_fund,
    a_service,
    a_startup,
    an_institution,
)
from tests.reports.examples import AFTER, BEFORE, PERIOD, a_busy_startup, archived, moved, summary_of


def test_only_completed_services_inside_the_period_count(work: Work) -> None:
    startup, _ = a_busy_startup()
    summary = summary_of(startup)
    assert summary.services == 4
    assert {one.name.en: one.services for one in summary.categories} == {"Introduction": 1, "Roadshow": 1, "Credit": 2}
    assert summary.months == {(2026, 2): (2, 0), (2026, 3): (0, 1), (2026, 5): (0, 1)}


def test_a_category_adds_up_exact_amounts_and_counts_the_others(work: Work) -> None:
    startup, _ = a_busy_startup()
    credit = next(one for one in summary_of(startup).categories if one.code == "credit")
    assert (credit.amount, credit.exact, credit.approximate) == (1000 * WAN, 1, 1)
    assert credit.outcomes == (("获批", 1),)
    assert credit.no_outcome == 1


def test_the_rarer_outcomes_of_a_category_are_counted_together(work: Work) -> None:
    startup = a_startup()
    for number, outcome in enumerate(("甲", "甲", "乙", "丙", "丁", "戊", "己")):
        a_service(startup, happened_on=date(2026, 3, 1 + number), outcome=outcome)
    coaching = summary_of(startup).categories[0]
    assert coaching.outcomes[0] == ("甲", 2)
    assert len(coaching.outcomes) == 4
    assert coaching.other_outcomes == 2


def test_introductions_count_pairs_introduced_in_the_period(work: Work) -> None:
    startup, _ = a_busy_startup()
    made = summary_of(startup).introductions
    assert (made.deals, made.institutions, made.startups, made.met) == (3, 3, 1, 3)


def test_days_to_the_meeting_leave_out_deals_first_recorded_when_they_met(work: Work) -> None:
    """10 days and 20 days: the median is 15. The third was first recorded at its meeting, the fourth began earlier."""
    startup, _ = a_busy_startup()
    summary = summary_of(startup)
    assert (summary.introductions.days, summary.introductions.timed) == (15, 2)
    days = {row.institution[:2]: row.meeting_days for row in summary.rows}
    assert days == {"松间": 45, "临渚": 10, "沧屿": 20, "北斛": None}


def test_signed_and_received_count_by_their_own_days(work: Work) -> None:
    startup, _ = a_busy_startup()
    summary = summary_of(startup)
    assert (summary.signed.deals, summary.signed.amount) == (1, 3000 * WAN)
    assert (summary.received.deals, summary.received.amount) == (1, 1000 * WAN)
    row = next(one for one in summary.rows if one.signed)
    assert (row.sought.exact, row.signed, row.received) == (8000 * WAN, 3000 * WAN, 1000 * WAN)


def test_the_table_shows_where_each_deal_stood_on_the_last_day(work: Work) -> None:
    startup, _ = a_busy_startup()
    summary = summary_of(startup)
    stood = {row.institution[:2]: (row.stage, row.status) for row in summary.rows}
    assert stood["临渚"] == ("signed", "active")
    assert stood["沧屿"] == ("met", "passed")
    later = summary_of(startup, Period(date(2026, 1, 1), AFTER))
    assert next(row.stage for row in later.rows if row.institution.startswith("临渚")) == "funded"


def test_a_deal_of_before_appears_when_it_moved_in_the_period_and_is_told_apart(work: Work) -> None:
    startup, _ = a_busy_startup()
    summary = summary_of(startup)
    assert (summary.deals, summary.earlier_deals) == (4, 1)
    assert [row.institution[:2] for row in summary.rows if row.is_earlier] == ["松间"]


def test_a_skipped_stage_counts_as_reached(work: Work) -> None:
    startup, _ = a_busy_startup()
    reached = dict(summary_of(startup).reached)
    assert [reached[stage] for stage in ("referred", "interested", "met", "pitched", "signed", "funded")] == [
        4,
        4,
        4,
        1,
        1,
        0,
    ]


def test_a_move_back_does_not_unreach_a_stage(work: Work) -> None:
    startup = a_startup()
    deal = a_deal(startup, happened_on=date(2026, 2, 1))
    moved(deal, "due_diligence", date(2026, 3, 1))
    moved(deal, "met", date(2026, 3, 2))
    summary = summary_of(startup)
    assert dict(summary.reached)["due_diligence"] == 1
    assert summary.rows[0].stage == "met"


def test_a_startup_reads_why_an_institution_passed_only_where_it_may(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    secret, open_ = a_deal(startup, institution), a_deal(startup, an_institution())
    moved(secret, "met", date(2026, 5, 2), status=DealStatus.PASSED, reason="team")
    moved(open_, "met", date(2026, 5, 2), status=DealStatus.PASSED, reason="ticket", tell_startup=True)
    assert [row.reason for row in summary_of(startup).rows] == [None, "ticket"]
    assert [row.reason for row in summary_of(institution).rows] == ["team"]
    assert [row.reason for row in summary_of(None).rows] == ["team", "ticket"]


def test_a_reason_of_before_is_not_told_because_a_later_one_may_be(work: Work) -> None:
    startup = a_startup()
    deal = a_deal(startup, happened_on=date(2026, 5, 1))
    moved(deal, "met", date(2026, 5, 2), status=DealStatus.PASSED, reason="team")
    moved(deal, "met", date(2026, 6, 1), status=DealStatus.ACTIVE)
    moved(deal, "met", date(2026, 6, 2), status=DealStatus.PASSED, reason="ticket", tell_startup=True)
    assert [row.reason for row in summary_of(startup).rows] == [None]


def test_what_hangs_on_the_bin_counts_nowhere(work: Work) -> None:
    startup = a_startup()
    archived(a_deal(startup))
    binned = an_institution()
    a_deal(startup, binned)
    archived(binned)
    assert summary_of(startup).is_empty


def test_an_institution_sees_its_own_deals_and_the_services_it_took_part_in(work: Work) -> None:
    _, names = a_busy_startup()
    summary = summary_of(names["沧屿"])
    assert (summary.services, summary.introductions.deals, summary.introductions.startups) == (1, 1, 1)
    assert [row.startup for row in summary.rows] == ["衡汐智能"]
    assert summary.signed.amount == 0


def test_the_platform_agrees_with_the_headline(app: Flask, work: Work) -> None:
    a_busy_startup()
    served, compute = a_startup(), a_startup()
    a_service(served, "专场路演", BEFORE)
    a_service(compute, "算力券", date(2026, 3, 1))
    inner, outer = a_fund(committed=3 * YI), a_fund(committed=20 * YI)
    a_commitment(inner, outer, YI)
    an_institution(joined_on=date(2026, 5, 1))
    summary = summary_of(None)
    platform = summary.platform
    assert platform is not None
    with app.app_context(), unit_of_work(write=False):
        headline = {name: value_of(metric, PERIOD.last) for name, metric in METRICS.items()}
        before = value_of(METRICS["institutions_attracted"], BEFORE)
    assert platform.served_to_date == headline["companies_served"] == 2
    assert platform.served == 1
    assert (platform.attracted_to_date, platform.attracted) == (headline["institutions_attracted"], 1)
    assert before == headline["institutions_attracted"] - 1
    assert (platform.gross, platform.inside, platform.net) == (23 * YI, YI, 22 * YI)
    everything = summary_of(None, Period(date(2000, 1, 1), PERIOD.last))
    assert everything.introductions.deals == headline["introductions_to_date"] == 4
    assert everything.signed.amount == headline["amount_signed_to_date"]
    assert everything.received.amount == headline["amount_received_to_date"]


def test_long_lists_keep_the_latest_and_say_how_many_are_left_out(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.reports.kinds.summary.gathered.LISTED", 2)
    startup, _ = a_busy_startup()
    summary = summary_of(startup)
    assert LISTED == 300
    assert summary.unlisted_services == 2
    assert [row.day for group in summary.groups for row in group.rows] == [date(2026, 3, 3), date(2026, 5, 31)]
    assert (len(summary.rows), summary.unlisted_deals) == (2, 2)
    assert summary.signed.amount == 3000 * WAN


def test_a_period_without_records_is_empty(work: Work) -> None:
    startup, _ = a_busy_startup()
    assert summary_of(startup, Period(date(2020, 1, 1), date(2020, 12, 31))).is_empty
    assert summary_of(None, Period(date(2020, 1, 1), date(2020, 12, 31))).is_empty


def test_a_period_runs_forwards_and_ends_by_today() -> None:
    check_period(Period(TODAY, TODAY), TODAY)
    for period in (Period(date(2026, 2, 1), date(2026, 1, 1)), Period(TODAY, date(2026, 6, 13))):
        with pytest.raises(Refusal) as refused:
            check_period(period, TODAY)
        assert set(refused.value.fields) == {"to_day"}


def test_the_usual_periods_end_today_or_with_last_year() -> None:
    periods = {str(name): (one.first.isoformat(), one.last.isoformat()) for name, one in usual_periods(TODAY, BEFORE)}
    assert periods == {
        "This month": ("2026-06-01", "2026-06-12"),
        "Last month": ("2026-05-01", "2026-05-31"),
        "This quarter": ("2026-04-01", "2026-06-12"),
        "This year": ("2026-01-01", "2026-06-12"),
        "Last year": ("2025-01-01", "2025-12-31"),
        "Since the beginning": ("2025-12-01", "2026-06-12"),
    }
