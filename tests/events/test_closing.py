"""What an event becomes: services once for each startup that came, tasks, and the share of pairs that were in touch."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.activities import actions as activity_actions
from crm.activities.actions import ActivityValues
from crm.activities.models import Activity, ActivityKind, Ref
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.events import closing, queries
from crm.events.closing import Plan, Tasks
from crm.events.follow_up import FollowUp, follow_up_of
from crm.events.models import Event, EventState, GuestRole
from crm.institutions.models import Institution
from crm.notifications.models import Notice
from crm.notifications.sentences import sentence
from crm.services.models import Service, ServicePartner
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    BY,
    a_deal,
    a_guest,
    a_service,
    a_startup,
    an_account,
    an_arrival,
    an_event,
    an_institution,
    made,
)
from tests.support.visitor import Visitor

DAY = date(2026, 5, 1)


def a_full_room(startups: int = 2, institutions: int = 2) -> tuple[Event, list[Startup], list[Institution]]:
    """An event to which everybody came but one institution."""
    event = an_event(day=DAY)
    presenting = [a_startup(short_name=f"企业{number}") for number in range(startups)]
    investing = [an_institution(f"机构{number}") for number in range(institutions)]
    for one in presenting:
        an_arrival(a_guest(event, one, GuestRole.PRESENTING))
    for two in investing:
        an_arrival(a_guest(event, two))
    a_guest(event, an_institution("没有来的机构"))
    return event, presenting, investing


def services(work: Work) -> list[Service]:
    with work() as session:
        return list(session.scalars(sa.select(Service).where(Service.archived_at.is_(None)).order_by(Service.id)))


def tasks(work: Work) -> list[Activity]:
    with work() as session:
        return list(session.scalars(sa.select(Activity).where(Activity.archived_at.is_(None)).order_by(Activity.id)))


def told(work: Work) -> list[tuple[int, str]]:
    """Every notice: who is told, and in which words."""
    with work() as session:
        return [(one.account_id, sentence(one, str, "en")) for one in session.scalars(sa.select(Notice))]


def test_closing_previews_and_makes_a_service_for_each_startup_that_came(finance: Visitor, work: Work) -> None:
    event, presenting, investing = a_full_room()
    preview = finance.visit("events.close_event", event_id=event.id).text
    assert "with the institutions that came as partners: 机构0, 机构1" in preview
    finance.submit("Close and make them")
    assert "2 services were logged. 2 tasks follow." in finance.now.html
    made_of = services(work)
    assert {one.startup_id for one in made_of} == {one.id for one in presenting}
    assert {one.happened_on for one in made_of} == {DAY}
    assert made_of[0].outcomes == {"startups": "2", "institutions": "2"}
    with work() as session:
        partners = set(session.scalars(sa.select(ServicePartner.institution_id)))
    assert partners == {one.id for one in investing}
    assert [one.due_on for one in tasks(work)] == [day_of(now()) + timedelta(days=7)] * 2
    assert tasks(work)[0].text == "Follow up with 企业0 after “大模型专场路演”"


def test_the_service_is_of_the_kind_of_the_event(finance: Visitor, work: Work) -> None:
    event = an_event("salon", day=DAY)
    an_arrival(a_guest(event, a_startup()))
    finance.visit("events.close_event", event_id=event.id).submit("Close and make them")
    assert "Investment salon" in finance.now.html


def test_closing_again_makes_only_what_is_left(finance: Visitor, work: Work) -> None:
    event, _, _ = a_full_room()
    finance.visit("events.close_event", event_id=event.id).submit("Close and make them")
    finance.visit("events.show_event", event_id=event.id).submit("Reopen")
    an_arrival(a_guest(event, a_startup(short_name="迟到企业")))
    finance.visit("events.close_event", event_id=event.id)
    assert "has its service already" in finance.text
    finance.submit("Close and make them")
    assert "1 service was logged. 1 task follows." in finance.now.html
    assert len(services(work)) == 3
    assert len(tasks(work)) == 3


def test_a_startup_can_be_left_out_and_gets_its_service_later(finance: Visitor, work: Work) -> None:
    event, presenting, _ = a_full_room()
    finance.visit("events.close_event", event_id=event.id)
    finance.submit("Close and make them", startups=[str(presenting[0].id)], tasks="none")
    assert "Startups that came and have no service of this event: 1." in finance.text
    finance.click("Make the services that are left").submit("Close and make them", tasks="none")
    assert len(services(work)) == 2
    assert tasks(work) == []


def test_each_that_wants_to_hear_more_gets_a_task(finance: Visitor, work: Work) -> None:
    event, presenting, investing = a_full_room()
    pair = f"{presenting[1].id}-{investing[0].id}"
    finance.visit("events.close_event", event_id=event.id)
    finance.submit("Close and make them", tasks="pair", interests=[pair, "999-999"], due_days="3")
    only = tasks(work)
    assert [one.text for one in only] == ["Follow up 企业1 × 机构0 after “大模型专场路演”"]
    assert only[0].due_on == day_of(now()) + timedelta(days=3)
    with work():
        assert queries.interests_of(event) == {(presenting[1].id, investing[0].id)}


def test_closing_is_undone_as_a_whole_and_can_be_done_again(finance: Visitor, work: Work) -> None:
    event, presenting, investing = a_full_room()
    colleague = an_account()
    eager = [f"{one.id}-{investing[0].id}" for one in presenting]
    said = {"tasks": "pair", "interests": eager, "assignee": str(colleague.id)}
    finance.visit("events.close_event", event_id=event.id).submit("Close and make them", **said)
    assert (len(services(work)), len(tasks(work))) == (2, 2)
    assert told(work) == [(colleague.id, "2 tasks for you after “大模型专场路演”")]
    finance.submit("Undo")
    assert (services(work), tasks(work), told(work)) == ([], [], [])
    with work() as session:
        assert session.get_one(Event, event.id).state == EventState.OPEN
        assert queries.interests_of(event) == set()
    finance.visit("events.close_event", event_id=event.id).submit("Close and make them", **said)
    assert (len(services(work)), len(tasks(work))) == (2, 2)


def test_an_event_that_has_not_begun_cannot_be_closed(finance: Visitor, work: Work) -> None:
    event = an_event(day=day_of(now()) + timedelta(days=3))
    an_arrival(a_guest(event, a_startup()))
    finance.visit("events.close_event", event_id=event.id).submit("Close and make them")
    assert finance.status == 422
    assert "The event has not begun yet" in finance.text
    assert services(work) == []


# --- the 30-day follow-up rate


def wrote(kind: ActivityKind, startup: Startup, institution: Institution, at: datetime) -> None:
    about = (Ref("startup", startup.id), Ref("institution", institution.id))
    made(lambda: activity_actions.log(ActivityValues(kind, "…", about), by=BY, at=at))


def rate_of(work: Work, event: Event) -> FollowUp:
    with work() as session:
        return follow_up_of(session.get_one(Event, event.id))


def test_without_pairs_there_is_no_rate(work: Work) -> None:
    told = rate_of(work, an_event(day=DAY))
    assert (told.pairs, told.rate) == (0, None)


@pytest.mark.parametrize(
    ("days", "counts"), [(-1, False), (0, True), (30, True), (31, False)], ids=("before", "same day", "last", "late")
)
def test_a_deal_counts_from_the_day_of_the_event_to_30_days_after_it(work: Work, days: int, counts: bool) -> None:
    event, presenting, investing = a_full_room()
    a_deal(presenting[0], investing[0], happened_on=DAY + timedelta(days=days))
    told = rate_of(work, event)
    assert told.pairs == 4
    assert told.rate == (2500 if counts else 0)


def test_services_and_talks_count_but_not_the_events_own_services_notes_and_open_tasks(work: Work) -> None:
    event, presenting, investing = a_full_room(2, 3)
    at = datetime.fromisoformat("2026-05-02T09:00:00+08:00")

    def close() -> None:
        kept = db.session.get_one(Event, event.id)
        kind = queries.usual_type("roadshow")
        assert kind is not None
        plan = Plan(kind, [one.id for one in presenting], tasks=Tasks.NONE)
        closing.close(kept, plan, by=BY, at=at)

    def note(kind: ActivityKind, startup: Startup, institution: Institution) -> None:
        wrote(kind, startup, institution, at)

    made(close)
    assert rate_of(work, event).touches == []
    note(ActivityKind.NOTE, presenting[0], investing[0])
    note(ActivityKind.TASK, presenting[0], investing[0])
    assert rate_of(work, event).touches == []
    note(ActivityKind.CALL, presenting[0], investing[0])
    a_service(presenting[0], happened_on=DAY + timedelta(days=9), partners=(investing[1],))
    a_deal(presenting[0], investing[1], happened_on=DAY + timedelta(days=20))
    told = rate_of(work, event)
    assert [(one.institution_id, one.record, one.day) for one in told.touches] == [
        (investing[0].id, "activity", date(2026, 5, 2)),
        (investing[1].id, "service", DAY + timedelta(days=9)),
    ]
    assert (told.pairs, told.rate, told.startups_followed, told.startups) == (6, 3333, 1, 2)


def test_the_page_says_how_it_counts_and_that_the_days_still_run(finance: Visitor) -> None:
    today = day_of(now())
    event = an_event(day=today - timedelta(days=2))
    startup, institution = a_startup(short_name="衡汐智能"), an_institution("临渚创投")
    an_arrival(a_guest(event, startup))
    an_arrival(a_guest(event, institution))
    wrote(ActivityKind.MEETING, startup, institution, now())
    page = finance.visit("events.show_results", event_id=event.id)
    assert "1 of 1 pair" in page.text
    assert "so far" in page.text
    assert "Definition version 1" in page.text
    assert page.now.rows[1][0] == "衡汐智能 × 临渚创投"
    assert "100.0% 1 / 1 · so far" in finance.visit("events.list_events", when="past").text
