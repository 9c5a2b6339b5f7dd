"""What the Monday meeting talks about, with the days in the test."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.accounts.models import Role, System
from crm.activities.actions import add_task, complete_task
from crm.activities.models import Activity, Ref
from crm.deals import actions, queries
from crm.deals.models import Deal, Round
from crm.meeting.queries import Meeting, meeting
from crm.meeting.week import Week, week_of
from crm.services.models import ServiceState
from tests.analytics.conftest import Tell
from tests.conftest import Work
from tests.factories import AT, BY, WAN, a_deal, a_published_startup, a_round, a_service, an_account, an_institution

MONDAY = date(2026, 1, 5)  # the first day of told() histories
THURSDAY = date(2026, 6, 11)


def of_week(work: Work, first: date = MONDAY, today: date = MONDAY + timedelta(days=6)) -> Meeting:
    with work():
        return meeting(System(), week_of(first, today))


@pytest.mark.parametrize(
    ("asked", "today", "first", "as_of"),
    [
        (None, THURSDAY, date(2026, 6, 8), THURSDAY),
        (None, date(2026, 6, 15), date(2026, 6, 8), date(2026, 6, 15)),  # on a Monday: the week before
        (date(2026, 5, 3), THURSDAY, date(2026, 4, 27), date(2026, 5, 4)),  # told on the Monday that followed
        (date(2027, 1, 1), THURSDAY, date(2026, 6, 8), THURSDAY),  # no week that has not begun
        (date.min, THURSDAY, date(2000, 1, 3), date(2000, 1, 10)),  # nor one that nobody met in
    ],
)
def test_a_week_runs_from_monday_to_sunday(asked: date | None, today: date, first: date, as_of: date) -> None:
    week = week_of(asked, today)
    assert (week.first, week.last, week.as_of) == (first, first + timedelta(days=6), as_of)
    assert week.runs == (as_of == today)


def test_there_is_no_week_after_the_one_that_runs() -> None:
    assert week_of(None, THURSDAY).after(THURSDAY) is None
    assert week_of(date(2026, 6, 1), THURSDAY).after(THURSDAY) == date(2026, 6, 8)


def test_each_deal_moved_once_by_what_its_week_comes_to(work: Work, told: Tell) -> None:
    new = told(("referred", 1))
    new_and_further = told(("referred", 1), ("met", 3))
    forward = told(("referred", -9), ("met", 2))
    back = told(("met", -9), ("referred", 2))
    gone = told(("referred", -9), ("met", 1), ("met", 4, "passed"))
    held = told(("referred", -9), ("referred", 4, "on_hold"))
    told(("referred", -9), ("met", 7))  # the Monday after
    moved = of_week(work).moved
    groups = {"introduced": moved.introduced, "forward": moved.forward, "back": moved.back, "ended": moved.ended}
    found = {name: {row.deal_id for row in few.rows} for name, few in groups.items()}
    assert found == {
        "introduced": {new.id, new_and_further.id},
        "forward": {forward.id},
        "back": {back.id},
        "ended": {gone.id},
    }
    assert [row.deal_id for row in moved.changed.rows] == [held.id]
    (ended,) = moved.ended.rows
    assert (ended.before, ended.after, ended.status, ended.reason) == ("referred", "met", "passed", "timing")


def test_a_move_that_was_taken_back_is_no_news(work: Work, told: Tell) -> None:
    deal, later = told(("referred", -9)), AT + timedelta(minutes=5)
    with work():
        kept = found(deal)
        actions.move_deal(kept, actions.Move("met", kept.status, MONDAY), version=None, by=BY, at=later)
    with work():
        actions.reverse_event(found(deal), recorded_at=later, by=BY, at=later)
    assert of_week(work).moved.is_empty


def found(deal: Deal) -> Deal:
    kept = queries.find_deal(BY, deal.id)
    assert kept is not None
    return kept


def test_signed_and_received_are_told_apart_and_never_added(work: Work, told: Tell) -> None:
    told(("referred", -9), ("signed", 2), ("funded", 4))
    told(("referred", -9), ("signed", 3))
    moved = of_week(work).moved
    assert (moved.signed.few.count, moved.signed.amount) == (2, 2 * WAN)
    assert (moved.received.few.count, moved.received.amount) == (1, WAN)


def test_stuck_is_what_stands_longer_than_its_stage_allows_the_longest_over_first(work: Work, told: Tell) -> None:
    """On Sunday the 11th: 会面 allows 10 days, 推荐 7. Met on the 31st: 11 days, one over. Referred on the 27th: 15,
    eight over. Met on the 1st: 10 days, not stuck. On hold: not stuck."""
    met = told(("met", -5))
    referred = told(("referred", -9))
    told(("met", -4))
    told(("met", -30, "on_hold"))
    stuck = of_week(work).stuck
    assert [(row.deal_id, row.days, row.limit, row.over) for row in stuck.rows] == [
        (referred.id, 15, 7, 8),
        (met.id, 11, 10, 1),
    ]


def test_an_earlier_week_tells_where_deals_stood_then(work: Work, told: Tell) -> None:
    """Told on Monday the 12th: met on the 31st is two days over, whatever came later."""
    since_moved = told(("met", -5), ("signed", 40))
    told(("referred", 30))
    stuck = of_week(work, today=date(2026, 6, 1)).stuck
    assert [(row.deal_id, row.days) for row in stuck.rows] == [(since_moved.id, 12)]


def test_due_is_what_is_overdue_and_what_comes_within_seven_days(work: Work) -> None:
    today = date(2026, 6, 11)
    for days, text in ((-3, "补底稿"), (7, "约访谈"), (8, "太远")):
        a_deal(next_step=text, next_step_on=today + timedelta(days=days))
    a_service(state=ServiceState.PLANNED, happened_on=today + timedelta(days=2))
    a_service(state=ServiceState.PLANNED, happened_on=today + timedelta(days=20))
    a_round(closes_on=today + timedelta(days=5))
    due = of_week(work, today, today).due
    assert [point.detail for point in due.steps.rows] == ["补底稿", "约访谈"]
    assert (due.services.count, due.rounds.count) == (1, 1)


def test_what_waits_needs_a_decision(work: Work, told: Tell) -> None:
    """On Sunday the 11th: on hold since the 27th are 15 days, more than 14; since the 28th exactly 14."""
    held = told(("met", -20), ("met", -9, "on_hold"))
    told(("met", -20), ("met", -8, "on_hold"))
    stepless = told(("term_sheet", 0))
    told(("term_sheet", 0), next_step="回条款意见")
    overdue = a_round(opened_on=date(2025, 10, 1), closes_on=date(2026, 1, 10))
    startup, whom = a_published_startup(), an_institution()
    account = an_account(Role.INVESTOR, whom.id)
    with work():
        actions.express_interest(startup, whom, None, "想了解", by=account, at=AT)
    decisions = of_week(work).decisions
    assert [point.record for point in decisions.held.rows] == [("deal", held.id)]
    assert [point.record for point in decisions.stepless.rows] == [("deal", stepless.id)]
    assert [point.record for point in decisions.overdue_rounds.rows] == [("round", overdue.id)]
    assert [point.record for point in decisions.interests.rows] == [("startup", startup.id)]
    assert decisions.count == 4


def test_long_lists_end_and_say_how_many_there_are(work: Work, told: Tell) -> None:
    for _ in range(12):
        told(("referred", 0))
    introduced = of_week(work).moved.introduced
    assert (len(introduced.rows), introduced.count, introduced.more) == (10, 12, 2)


def test_what_lies_in_the_bin_is_no_news(work: Work, told: Tell) -> None:
    deal = told(("referred", 0))
    with work() as session:
        round_id = session.get_one(Deal, deal.id).round_id
        session.get_one(Round, round_id).archived_at = AT
    assert of_week(work).moved.is_empty
    assert Week(MONDAY, MONDAY).last == date(2026, 1, 11)


def test_tasks_that_are_not_done_stand_with_whose_they_are(work: Work) -> None:
    today, owner = date(2026, 6, 11), an_account(name="周牧之")
    deal = a_deal()
    with work():
        for days, text in ((-2, "催补财务底稿\n对方财务在休假"), (7, "约实地走访"), (8, "太远"), (0, "已完成")):
            task = add_task(
                text,
                about=[Ref("deal", deal.id)],
                due_on=today + timedelta(days=days),
                assignee_id=owner.id,
                by=BY,
                at=AT,
            )
    with work() as session:
        complete_task(session.get_one(Activity, task.id), by=owner, at=AT)
    (late, soon) = of_week(work, today, today).due.tasks.rows
    assert (late.name, late.owner, late.day, late.record) == (
        "催补财务底稿",
        "周牧之",
        date(2026, 6, 9),
        ("deal", deal.id),
    )
    assert soon.name == "约实地走访"
