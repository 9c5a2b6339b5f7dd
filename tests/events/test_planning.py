"""Planning events, inviting to them, and who sees what of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.clock import day_of, now
from crm.events.models import Event, EventState, Guest, GuestRole
from tests.conftest import Work
from tests.factories import (
    a_guest,
    a_person,
    a_round,
    a_startup,
    an_arrival,
    an_event,
    an_institution,
)
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


def test_an_event_is_planned_with_six_fields_and_leads_to_inviting(finance: Visitor, work: Work) -> None:
    finance.visit("events.plan_event").submit(
        "Plan it", name="春季路演", kind="roadshow", day="2026-12-18", begins="下午2点", until="1630", place="报告厅"
    )
    assert "Nobody is invited yet" in finance.text
    with work() as session:
        event = session.scalars(sa.select(Event)).one()
        assert event.starts_at.isoformat() == "2026-12-18T06:00:00+00:00"
        assert event.ends_at.isoformat() == "2026-12-18T08:30:00+00:00"
        assert len(event.token) >= 20
    history = finance.visit("events.show_history", event_id=event.id).text
    assert "created “春季路演”" in history


@pytest.mark.parametrize(
    ("begins", "until", "ends"),
    [("14:00", "", "2026-12-18 14:00–16:00"), ("22:00", "01:00", "2026-12-18 22:00–2026-12-19 01:00")],
)
def test_an_end_is_two_hours_later_or_on_the_next_day(finance: Visitor, begins: str, until: str, ends: str) -> None:
    finance.visit("events.plan_event").submit(
        "Plan it", name="沙龙", kind="salon", day="2026-12-18", begins=begins, until=until
    )
    assert ends in finance.text


def test_changing_the_time_is_told_in_the_history_and_undone(finance: Visitor, work: Work) -> None:
    event = an_event(day=date(2026, 12, 18), state=EventState.PLANNED)
    finance.visit("events.edit_event", event_id=event.id).submit("Save", begins="15:00", until="17:00")
    told = finance.visit("events.show_history", event_id=event.id).text
    assert "Time 2026-12-18 14:00 → 2026-12-18 15:00" in told
    finance.visit("events.edit_event", event_id=event.id).submit("Save", place="徐汇西岸")
    finance.submit("Undo")
    with work() as session:
        assert session.get_one(Event, event.id).place == "模速空间报告厅"


def test_many_are_invited_by_pasted_names_and_a_startup_presents_its_open_round(finance: Visitor, work: Work) -> None:
    event = an_event(state=EventState.PLANNED)
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    round = a_round(startup, "a+")
    institution = an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投")
    a_person(institution, name="顾南乔")
    finance.visit("events.invite_guests", event_id=event.id)
    finance.submit("Put on the list", names="衡汐智能\t临渚创投\n顾南乔、衡汐智能")
    assert "3 guests were put on the list." in finance.now.html
    with work() as session:
        guests = {one.subject.partition(":")[0]: one for one in session.scalars(sa.select(Guest))}
        assert set(guests) == {"startup", "institution", "person"}
        assert (guests["startup"].role, guests["startup"].round_id) == (GuestRole.PRESENTING, round.id)
        assert guests["person"].institution_id == institution.id
    finance.visit("events.invite_guests", event_id=event.id).submit("Put on the list", names="临渚创投")
    assert "1 was on it already." in finance.now.html


def test_a_name_that_means_several_or_nobody_keeps_the_list_until_it_is_clear(finance: Visitor, work: Work) -> None:
    event = an_event()
    cvc = an_institution("上海衡汐科技有限公司", short_name="衡汐")
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐")
    finance.visit("events.invite_guests", event_id=event.id).submit("Put on the list", names="衡汐\n查无此名")
    assert finance.status == 422
    assert finance.now.error_of("Startups, institutions and people").startswith("2 names are not clear yet")
    assert "Several are called so" in finance.text
    chosen = {"means:衡汐": f"institution:{cvc.id}"}
    finance.submit("Put on the list", names="衡汐", **chosen)
    with work() as session:
        assert session.scalars(sa.select(Guest)).one().institution_id == cvc.id


def test_a_guest_answers_says_who_comes_and_is_taken_off_the_list(finance: Visitor, work: Work) -> None:
    event, institution = an_event(), an_institution("临渚创投")
    person, guest = a_person(institution, name="顾南乔"), a_guest(event, institution)
    finance.visit("events.edit_guest", guest_id=guest.id).submit("Save", reply="accepted", person=str(person.id))
    assert "Accepted" in finance.text
    assert "顾南乔" in finance.text
    finance.submit("Undo")
    with work() as session:
        assert session.get_one(Guest, guest.id).person_id is None
    finance.visit("events.list_guests", event_id=event.id).submit("Take off the list")
    assert "Nobody is invited yet" in finance.text
    finance.submit("Undo")
    assert "临渚创投" in finance.visit("events.list_guests", event_id=event.id).text


def test_who_is_here_stays_on_the_list(finance: Visitor, work: Work) -> None:
    event = an_event()
    guest = a_guest(event, a_startup(short_name="衡汐智能"))
    an_arrival(guest)
    finance.visit("events.list_guests", event_id=event.id)
    assert "Take off the list" not in finance.now.html
    with work() as session:
        assert session.get_one(Guest, guest.id).archived_at is None


def test_states_move_only_as_the_model_allows(finance: Visitor) -> None:
    event = an_event(state=EventState.CANCELLED)
    finance.visit("events.show_event", event_id=event.id)
    assert "Open check-in" not in finance.now.html
    finance.submit("Back to preparation").submit("Open check-in")
    assert "Check-in is open" in finance.now.html
    finance.visit("events.show_event", event_id=event.id).submit("Cancel the event")
    assert "Cancelled" in finance.text


def test_the_list_sets_apart_what_is_to_come_and_what_is_over(finance: Visitor) -> None:
    an_event(name="秋季沙龙", kind="salon", day=day_of(now()) + timedelta(days=30), state=EventState.PLANNED)
    an_event(name="冬季路演", day=date(2026, 1, 9), state=EventState.OPEN)
    coming = finance.visit("events.list_events").text
    assert "秋季沙龙" in coming
    assert "冬季路演" not in coming
    past = finance.visit("events.list_events", when="past").text
    assert "冬季路演" in past
    assert "Over, not closed yet" in past
    assert "No event fits" in finance.visit("events.list_events", kind="training").text
    assert "秋季沙龙" in finance.visit("events.list_events", q="秋季").text


def test_ten_events_and_guests_cost_as_many_statements_as_one(finance: Visitor, app: Flask) -> None:
    def cost(path: str) -> int:
        finance.visit(path)
        with counted_statements(app) as statements:
            finance.visit(path)
        return len(statements)

    event = an_event(day=date(2026, 1, 9))

    def grow(number: int) -> None:
        for _ in range(number):
            startup, institution = a_startup(), an_institution()
            a_person(institution)
            for one in (event, an_event(day=date(2026, 1, 8))):
                an_arrival(a_guest(one, startup, GuestRole.PRESENTING), "许望舒")
                an_arrival(a_guest(one, institution))

    paths = ["/events/?when=past", *(f"/events/{event.id}{end}" for end in ("", "/guests", "/check-in", "/results"))]
    grow(1)
    one = [cost(path) for path in paths]
    grow(9)
    assert [cost(path) for path in paths] == one
    assert max(one) <= 12


def test_leaders_read_events_without_contact_data_and_others_nothing(as_role: Callable[..., Visitor]) -> None:
    event = an_event()
    an_arrival(a_guest(event, an_institution()), "顾南乔")
    leader = as_role("leader")
    assert "顾南乔" in leader.visit("events.list_guests", event_id=event.id).text
    for action in ("Invite", "Close the event", "Check-in"):
        assert action not in leader.now.links()
    assert leader.visit("events.list_arrivals", event_id=event.id).status == 403
    for role in ("investor", "admin"):
        assert as_role(role).visit("events.list_events").status == 403
        assert as_role(role).visit("events.show_event", event_id=event.id).status == 404


def test_events_are_found_by_title_and_place(finance: Visitor) -> None:
    an_event(name="具身智能专场路演", place="西岸国际会展中心", begins=time(9))
    assert "具身智能专场路演" in finance.visit("search.show_results", q="西岸").text
