"""Checking in: at the door, with one's own phone, twice, late, and without consent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from io import BytesIO
from threading import Barrier, BrokenBarrierError
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from crm.audit.models import AuditEntry
from crm.cli.worker import look_around
from crm.core.clock import day_of, now
from crm.core.db import db, unit_of_work
from crm.events import arrivals as door
from crm.events import queries
from crm.events.models import Arrival, Event, EventState, Guest
from crm.people.export import exported
from crm.people.models import Person
from crm.people.queries import find_person
from crm.startups.models import Startup
from crm.web.log import path_to_tell
from tests.conftest import Work
from tests.factories import BY, a_guest, a_person, a_startup, an_arrival, an_event, an_institution, writing
from tests.support.visitor import Visitor

JSON = {"Accept": "application/json"}
PHONE = "13800001234"


def an_event_now(**values: Any) -> Event:
    """One that takes visitors at this moment."""
    moment = now()
    starts = moment - timedelta(hours=1)
    event = an_event(day=day_of(starts), begins=starts.astimezone().time(), **values)
    return moved_to(event, starts)


def moved_to(event: Event, starts: datetime) -> Event:
    with writing():
        kept = db.session.get_one(Event, event.id)
        kept.starts_at, kept.ends_at = starts, starts + timedelta(hours=2)
    return kept


def arrivals(work: Work) -> list[Arrival]:
    with work() as session:
        return list(session.scalars(sa.select(Arrival).where(Arrival.archived_at.is_(None)).order_by(Arrival.id)))


def visit(visitor: Visitor, event: Event, **fields: Any) -> Visitor:
    told = {"name": "许望舒", "organisation": "衡汐智能", "consent": "y", **fields}
    return visitor.visit(f"/check-in/{event.token}").submit("Check in", **told)


def test_one_person_who_is_sent_twice_at_the_same_moment_came_once(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, both = an_event_now(), Barrier(2)

    def wait_for_the_other(_event: Event) -> None:
        with suppress(BrokenBarrierError):
            both.wait(0.5)  # who must wait at the door never meets the other here

    def come(key: str) -> None:
        with app.app_context(), unit_of_work(write=True) as session:
            told = door.ArrivalValues("许望舒", "衡汐智能", consent="1")
            there = session.get_one(Event, event.id)
            door.arrive(there, told, key=key, arrived_at=now(), by=door.Visitor(), at=now())

    monkeypatch.setattr(door, "check_open", wait_for_the_other)
    for keys in (("a", "a"), ("b", "c")):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(come, keys))
        assert len(arrivals(work)) == 1


# --- at the door


def test_one_tap_ticks_a_guest_off_and_undo_takes_it_back(finance: Visitor, work: Work) -> None:
    event = an_event()
    a_guest(event, a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能"))
    a_guest(event, an_institution())
    finance.visit("events.check_in", event_id=event.id).submit("Here: 衡汐智能")
    assert "1 / 2 here" in finance.text
    finance.submit("Undo: 衡汐智能")
    assert "0 / 2 here" in finance.text
    history = finance.visit("events.show_history", event_id=event.id).text
    assert "put “衡汐智能 · 大模型专场路演” on the guest list" in history
    assert arrivals(work) == []


def test_a_tap_that_is_sent_again_and_a_tap_of_two_phones_count_once(finance: Visitor, work: Work) -> None:
    guest = a_guest(an_event(), a_startup())
    path = f"/events/guests/{guest.id}/check-in"
    page = finance.visit("events.check_in", event_id=guest.event_id).now
    token = page.fields_of(page.form_of(f"Here: {guest.name}")[0])["csrf_token"]
    for key in ("phone-1", "phone-1", "phone-2"):
        answer = finance.open(path, "POST", {"csrf_token": token, "key": key}, headers=JSON)
        assert answer.json == {"here": 1, "expected": 1, "others": 0, "waiting": 0}
    finance.open(f"/events/guests/{guest.id}/undo-check-in", "POST", {"csrf_token": token}, headers=JSON)
    answer = finance.open(path, "POST", {"csrf_token": token, "key": "phone-1"}, headers=JSON)
    assert answer.json["here"] == 0, "what was sent before the undo does not come back"
    assert arrivals(work) == []


def test_an_entry_that_was_noted_without_a_line_keeps_its_time_unless_that_cannot_be(
    finance: Visitor, work: Work
) -> None:
    event = an_event_now()
    guests = [a_guest(event, a_startup()) for _ in range(2)]
    noted = now() - timedelta(minutes=40)
    page = finance.visit("events.check_in", event_id=event.id).now
    token = page.fields_of(page.form_of(f"Here: {guests[0].name}")[0])["csrf_token"]
    for guest, moment in zip(guests, (noted, now() + timedelta(days=3)), strict=True):
        sent = {"csrf_token": token, "key": f"k{guest.id}", "noted_at": int(moment.timestamp() * 1000)}
        finance.open(f"/events/guests/{guest.id}/check-in", "POST", sent, headers=JSON)
    first, second = arrivals(work)
    assert abs(first.arrived_at - noted) < timedelta(seconds=1)
    assert second.arrived_at <= now()


def test_nobody_is_checked_in_before_the_check_in_is_open(finance: Visitor, work: Work) -> None:
    guest = a_guest(an_event(state=EventState.PLANNED), a_startup())
    page = finance.visit("events.check_in", event_id=guest.event_id).now
    assert "Check-in is not open" in page.text
    token = page.fields_of(page.form_of("Open check-in")[0])["csrf_token"]
    sent = {"csrf_token": token, "key": "early"}
    answer = finance.open(f"/events/guests/{guest.id}/check-in", "POST", sent, headers=JSON)
    assert (answer.status_code, answer.json) == (409, {"message": "Check-in for this event is not open."})
    assert arrivals(work) == []


def test_a_walk_in_who_is_invited_is_ticked_off_and_others_wait(finance: Visitor, work: Work) -> None:
    event = an_event()
    invited = a_guest(event, a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能"))
    for name, organisation in (("许望舒", "衡汐智能"), ("陆知秋", "无名科技")):
        finance.visit("events.add_walk_in", event_id=event.id)
        finance.submit("Check in", name=name, organisation=organisation)
    assert "1 / 1 here · 1 not invited" in finance.text
    assert [one.guest_id for one in arrivals(work)] == [invited.id, None]
    waiting = finance.visit("events.list_arrivals", event_id=event.id).now.rows
    assert [row[0] for row in waiting[1:]] == ["许望舒", "陆知秋"]


def test_a_phone_number_without_consent_is_refused_beside_its_field(finance: Visitor, work: Work) -> None:
    event = an_event()
    finance.visit("events.add_walk_in", event_id=event.id).submit("Check in", name="许望舒", phone=PHONE)
    assert finance.status == 422
    assert "kept only of those who agreed" in finance.now.error_of("They heard the text below and agree")
    finance.submit("Check in", consent="y")
    assert arrivals(work)[0].consent == "2026-11"


def test_whom_staff_ticked_off_and_who_scans_the_code_is_one_arrival(
    finance: Visitor, visitor: Visitor, work: Work
) -> None:
    event = an_event_now()
    guest = a_guest(event, a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能"))
    an_arrival(guest)
    visit(visitor, event)
    visit(visitor, event)
    only = arrivals(work)
    assert [(one.guest_id, one.name) for one in only] == [(guest.id, "许望舒")]


# --- with one's own phone


def test_a_visitor_checks_in_and_the_history_says_so(visitor: Visitor, finance: Visitor, work: Work) -> None:
    event = an_event_now()
    guest = a_guest(event, a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能"))
    visit(visitor, event, title="CEO", phone=PHONE)
    assert "You are checked in" in visitor.text
    arrival = arrivals(work)[0]
    assert (arrival.guest_id, arrival.by_visitor, arrival.phone, arrival.consent) == (guest.id, True, PHONE, "2026-11")
    history = finance.visit("events.show_history", event_id=event.id).text
    assert "A visitor checked in “许望舒 · 衡汐智能 · 大模型专场路演”" in history
    assert PHONE not in history


def test_without_consent_nothing_is_kept(visitor: Visitor, work: Work) -> None:
    event = an_event_now()
    visit(visitor, event, consent=[])
    assert visitor.status == 422
    assert "tell the staff at the desk your name" in visitor.now.error_of("I agree")
    assert visitor.now.value_of("Your name") == "许望舒"
    assert arrivals(work) == []


def test_a_visitor_s_name_does_not_turn_the_text_around_it(visitor: Visitor, work: Work) -> None:
    event = an_event_now()
    visit(visitor, event, name="\u202e许望舒\u200b", organisation="衡汐 \u2066 智能")
    assert visit(visitor, event, name="\u202e ").status == 422
    assert [(one.name, one.organisation) for one in arrivals(work)] == [("许望舒", "衡汐 智能")]


def test_the_page_tells_title_time_and_place_and_nobody_who_is_invited(visitor: Visitor) -> None:
    event = an_event_now()
    a_guest(event, a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能"))
    html = visitor.visit(f"/check-in/{event.token}").now.html
    assert "大模型专场路演" in html
    assert "模速空间报告厅" in html
    assert "衡汐智能" not in html
    assert "data-suggest" not in html
    assert visitor.open(f"/check-in/{event.token}").headers["Referrer-Policy"] == "strict-origin"


def test_looking_changes_nothing_and_a_chat_may_glue_a_full_stop_to_the_address(visitor: Visitor, work: Work) -> None:
    event = an_event_now()
    for end in ("", ".", "/", "）"):
        assert visitor.visit(f"/check-in/{event.token}{end}").status == 200
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Arrival)) == 0


def test_the_page_is_shut_before_and_after_alike_and_for_an_unknown_address(visitor: Visitor, work: Work) -> None:
    told = set()
    for hours in (-15, 6):
        event = moved_to(an_event(), now() + timedelta(hours=hours))
        told.add(visitor.visit(f"/check-in/{event.token}").text)
        assert visitor.status == 410
    told.add(visitor.visit(f"/check-in/{an_event_now(state=EventState.PLANNED).token}").text)
    told.add(visitor.visit("/check-in/nothing-here").text)
    assert len(told) == 1
    assert "大模型专场路演" not in told.pop()


def test_a_closed_event_still_takes_what_a_phone_without_a_line_kept(visitor: Visitor, work: Work) -> None:
    visit(visitor, an_event_now(state=EventState.CLOSED))
    assert len(arrivals(work)) == 1


def test_an_entry_that_is_sent_again_counts_once_and_answers_alike(visitor: Visitor, work: Work) -> None:
    event = an_event_now()
    page = visitor.visit(f"/check-in/{event.token}").now
    sent = page.fields_of(page.form_of("Check in")[0]) | {"name": "许望舒", "organisation": "衡汐", "consent": "y"}
    answers = [visitor.open(f"/check-in/{event.token}", "POST", sent, headers=JSON) for _ in range(2)]
    assert [one.json for one in answers] == [{"next": f"/check-in/{event.token}?done=1"}] * 2
    assert len(arrivals(work)) == 1


def test_one_address_cannot_fill_the_list(visitor: Visitor, work: Work, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "ENTRIES_ALLOWED", 2)
    event = an_event_now()
    for number in range(3):
        visit(visitor, event, name=f"来宾{number}")
    assert visitor.status == 429
    assert len(arrivals(work)) == 2


def test_the_address_of_the_page_gets_into_no_log(app: Flask) -> None:
    assert path_to_tell("/check-in/secret") == "/check-in/…"


def test_the_code_leads_to_the_page(finance: Visitor) -> None:
    event = an_event_now()
    answer = finance.open(f"/events/{event.id}/qr")
    assert answer.mimetype == "image/svg+xml"
    assert f"/check-in/{event.token}" in finance.visit("events.show_poster", event_id=event.id).text


# --- saying who they were


def test_a_visitor_becomes_a_person_with_source_basis_and_consent(
    visitor: Visitor, finance: Visitor, work: Work
) -> None:
    event = an_event_now()
    institution = an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投")
    visit(visitor, event, name="顾南乔", organisation="临渚创投", title="投资总监", phone=PHONE)
    finance.visit("events.list_arrivals", event_id=event.id).click("Confirm")
    assert finance.now.value_of("Institution") == institution.name
    assert PHONE not in finance.now.html
    finance.submit("Confirm")
    assert "Nobody waits" in finance.text
    with work() as session:
        person = session.scalars(sa.select(Person)).one()
        assert (person.name, person.title, person.phone) == ("顾南乔", "投资总监", PHONE)
        assert (person.source, person.basis, person.institution_id) == ("event", "consent", institution.id)
        assert person.consented_on == day_of(now())
        assert "2026-11" in person.source_note
        arrival = session.scalars(sa.select(Arrival)).one()
        assert (arrival.person_id, arrival.phone) == (person.id, "")
        assert session.scalars(sa.select(Guest)).one().is_walk_in
    finance.submit("Undo")
    with work() as session:
        assert session.scalars(sa.select(Person)).one().archived_at is not None
        arrival = session.scalars(sa.select(Arrival)).one()
        assert (arrival.settled_at, arrival.guest_id, arrival.phone) == (None, None, PHONE)


def test_a_startup_that_is_new_is_added_on_request_only(finance: Visitor, work: Work) -> None:
    event = an_event()
    finance.visit("events.add_walk_in", event_id=event.id)
    finance.submit("Check in", name="陆知秋", organisation="上海无名科技有限公司")
    finance.visit("events.list_arrivals", event_id=event.id).click("Confirm").submit("Confirm")
    assert finance.now.error_of("Startup").startswith("No startup is called")
    finance.submit("Confirm", add_startup="y")
    with work() as session:
        startup = session.scalars(sa.select(Startup)).one()
        assert startup.name == "上海无名科技有限公司"
        person = session.scalars(sa.select(Person)).one()
        assert (person.startup_id, person.phone, person.basis) == (startup.id, "", "")


def test_all_clear_ones_are_confirmed_at_once_and_known_people_are_filled_in(
    visitor: Visitor, finance: Visitor, work: Work
) -> None:
    event = an_event_now()
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    a_guest(event, startup)
    known = a_person(startup=startup, name="许望舒", phone="", email="")
    for name in ("许望舒", "陆知秋"):
        visit(visitor, event, name=name, phone=PHONE)
    assert len([one for one in arrivals(work) if one.settled_at is None]) == 1, "whom we know need not be confirmed"
    visit(visitor, event, name="无名", organisation="无名科技")
    finance.visit("events.list_arrivals", event_id=event.id).submit("Confirm all that are clear (1)")
    assert len(finance.now.rows) == 2
    with work() as session:
        people = session.scalars(sa.select(Person).order_by(Person.id)).all()
        assert [one.name for one in people] == ["许望舒", "陆知秋"]
        assert people[0].id == known.id


def test_a_discarded_entry_counts_no_more_and_comes_back(finance: Visitor, work: Work) -> None:
    event = an_event()
    finance.visit("events.add_walk_in", event_id=event.id).submit("Check in", name="误填")
    finance.visit("events.list_arrivals", event_id=event.id).submit("Discard")
    assert arrivals(work) == []
    finance.submit("Undo")
    assert len(arrivals(work)) == 1


# --- personal data


def test_an_erased_person_is_gone_from_events_and_an_export_tells_them(
    visitor: Visitor, manager: Visitor, work: Work
) -> None:
    event = an_event_now()
    person = a_person(an_institution("临渚创投"), name="顾南乔")
    guest = a_guest(event, person)
    visit(visitor, event, name="顾南乔", organisation="临渚创投", phone=PHONE)
    with work():
        kept = find_person(BY, person.id)
        assert kept is not None
        sheet = openpyxl.load_workbook(BytesIO(ZipFile(BytesIO(exported(kept))).read("个人信息.xlsx")))["活动"]
        told = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert told[1][:3] == ["大模型专场路演", event.day.isoformat(), "受邀"]
        assert PHONE in told[2][3]
    manager.visit("people.erase_person", person_id=person.id).submit("Erase for good", confirmed="y")
    with work() as session:
        arrival = session.scalars(sa.select(Arrival)).one()
        assert (arrival.name, arrival.phone, arrival.guest_id) == ("", "", guest.id)
        entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.record_type.like("event_%"))).all()
        assert not [one for one in entries if "顾南乔" in one.record_name]


def test_what_belongs_to_no_person_is_forgotten_after_a_year(app: Flask, finance: Visitor, work: Work) -> None:
    old = an_event(name="去年的沙龙", day=date(2025, 5, 1))
    finance.visit("events.add_walk_in", event_id=old.id).submit("Check in", name="陆知秋", phone=PHONE, consent="y")
    with work() as session:
        session.execute(sa.update(Arrival).values(recorded_at=now() - timedelta(days=366)))
    with app.app_context():
        look_around()
    with work() as session:
        arrival = session.scalars(sa.select(Arrival)).one()
        assert (arrival.name, arrival.phone) == ("", "")
        names = session.scalars(sa.select(AuditEntry.record_name).where(AuditEntry.record_type == "event_arrival"))
        assert "陆知秋" not in "".join(names)


def test_the_number_of_a_known_person_is_forgotten_after_a_year_too(app: Flask, visitor: Visitor, work: Work) -> None:
    institution, event = an_institution("临渚创投"), an_event_now()
    person = a_person(institution, name="许望舒")
    a_guest(event, institution)
    visit(visitor, event, organisation="临渚创投", title="合伙人", phone=PHONE)
    with work() as session:
        session.execute(sa.update(Arrival).values(recorded_at=now() - timedelta(days=366)))
    with app.app_context():
        look_around()
    (arrival,) = arrivals(work)
    assert (arrival.person_id, arrival.name, arrival.title, arrival.phone) == (person.id, "许望舒", "", "")
