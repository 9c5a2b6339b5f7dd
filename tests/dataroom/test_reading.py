"""Who may read a document: the startup is published to the reader, the terms are accepted, and a grant holds.

Each test of a refusal begins by reading: what is refused afterwards was open before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.core.storage import storage
from crm.dataroom import actions, drawing, policies, queries
from crm.dataroom.jobs import draw_version
from crm.dataroom.models import Access, Grant, Room, RoomDocument
from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.startups.models import Startup
from tests.conftest import Work
from tests.dataroom.files import a_pdf
from tests.factories import (
    AT,
    BY,
    a_deal,
    a_grant,
    a_paper,
    a_published_startup,
    a_room,
    a_room_document,
    a_room_folder,
    accept_for,
    an_account,
    an_admission,
    an_institution,
    made,
    run_out,
    some_terms,
    withdraw,
    writing,
)
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

CANARY = "CANARY-DOCUMENT"


@dataclass
class Opened:
    """A document of a published startup, and a reader of an institution that may read it."""

    startup: Startup
    document: RoomDocument
    grant: Grant
    account: Account
    reader: Visitor

    def paths(self) -> list[str]:
        """Where the reader may ask for the document."""
        page = self.reader.url("dataroom.read_document", room_document_id=self.document.id)
        return [page, f"{page}/pages/1", f"{page}/file"]

    def statuses(self, visitor: Visitor | None = None) -> list[int]:
        return [(visitor or self.reader).open(path).status_code for path in self.paths()]

    def listed(self, visitor: Visitor | None = None) -> bool:
        """True where any list of the portal names the document."""
        asked = visitor or self.reader
        pages = ("/portal/documents/", f"/portal/startups/{self.startup.id}/room")
        return any(CANARY in asked.open(path).get_data(as_text=True) for path in pages)


READ = [200, 200, 200]
GONE = [404, 404, 404]
ASKED_AGAIN = [303, 303, 303]


@pytest.fixture
def drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are drawn in this process: starting a child takes as long as all the rest, and test_drawing.py tries it."""

    def draw(head: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
        parts, count = drawing.JOBS[head["job"]](head, content)
        return {"count": count}, parts

    monkeypatch.setattr(drawing, "in_child", draw)
    monkeypatch.setattr(drawing, "allow_time", lambda: None)  # the time of a child: this process needs more


@pytest.fixture
def opened(app: Flask, drawn_here: None) -> Opened:
    startup, institution = a_published_startup(), an_institution()
    room = a_room(startup)
    document = a_room_document(room.id, name=f"{CANARY}.pdf", content=a_pdf())
    with app.app_context():
        draw_version(made(lambda: queries.version_of(document, 1)).id, lambda *_: None)  # type: ignore[union-attr]
    account = an_account(Role.INVESTOR, institution.id, name="沈知行")
    accept_for(account)
    given = a_grant(room.id, institution, may_download=True)
    found = Opened(startup, document, given, account, Visitor(app).signed_in_as(account))
    assert found.statuses() == READ
    assert found.listed()
    return found


def test_the_page_shows_pictures_and_no_file(opened: Opened) -> None:
    answer = opened.reader.open(opened.paths()[1])
    assert answer.mimetype == "image/jpeg"
    page = opened.reader.visit(opened.paths()[0])
    assert "/file" in " ".join(page.now.links().values())


def test_the_place_of_a_page_is_kept_until_its_picture_comes(opened: Opened) -> None:
    text = opened.reader.open(opened.paths()[0]).get_data(as_text=True)
    assert 'width="1400" height="1961"' in text, "so nothing moves under whoever reads another page already"


def test_answers_are_sealed(opened: Opened) -> None:
    for path, placed in zip(opened.paths()[1:], ("inline", "attachment"), strict=True):
        headers = opened.reader.open(path).headers
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Disposition"].startswith(placed)


def test_another_institution_finds_nothing(opened: Opened, app: Flask) -> None:
    stranger = an_account(Role.INVESTOR, an_institution().id)
    accept_for(stranger)
    other = Visitor(app).signed_in_as(stranger)
    assert opened.statuses(other) == GONE
    assert not opened.listed(other)
    missing = other.url("dataroom.read_document", room_document_id=10**9)
    assert other.open(missing).status_code == 404


@pytest.mark.parametrize(
    "way",
    [
        {"method": "HEAD"},
        {"headers": {"Range": "bytes=0-9"}},
        {"headers": {"If-None-Match": "*"}},
        {"headers": {"If-Modified-Since": "Sun, 06 Nov 2033 08:49:37 GMT"}},
    ],
    ids=["head", "range", "etag", "date"],
)
def test_asked_in_another_way_a_document_says_no_more(
    opened: Opened, app: Flask, work: Work, way: dict[str, Any]
) -> None:
    stranger = an_account(Role.INVESTOR, an_institution().id)
    accept_for(stranger)
    other = Visitor(app).signed_in_as(stranger)
    asked = {path: [who.open(path, **way) for who in (opened.reader, other)] for path in opened.paths()}
    for its_own, foreign in asked.values():
        assert (its_own.status_code, foreign.status_code) == (200, 404)
        assert not set(its_own.headers.keys()) & {"ETag", "Last-Modified", "Accept-Ranges"}, (
            "nothing tells it is the same"
        )
    with work() as session:
        session.get_one(Grant, opened.grant.id).may_download = False
    assert [opened.reader.open(path, **way).status_code for path in opened.paths()] == [200, 200, 403]


@pytest.mark.parametrize("role", ["founder", "leader", "admin", "finance", "manager"])
def test_no_other_role_reads_through_the_portal(
    opened: Opened, role: str, app: Flask, as_role: Callable[..., Visitor]
) -> None:
    if role == "founder":
        pytest.importorskip("crm.founders")
        visitor = Visitor(app).signed_in_as(a_founder(opened.startup))
    else:
        visitor = as_role(role)
    assert set(opened.statuses(visitor)) <= {403, 404}


def a_founder(startup: Startup) -> Account:
    return made(
        lambda: account_actions.add_account(
            username="founder", name="创始人", role=Role("founder"), startup_id=startup.id,
            institution_id=None, password="three unrelated words", by=BY, at=AT,
        )
    )  # fmt: skip


def test_a_planted_hole_is_found(opened: Opened, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The positive control: without the grant's conditions the stranger reads, and the test above would fail."""
    stranger = an_account(Role.INVESTOR, an_institution().id)
    accept_for(stranger)
    monkeypatch.setattr(policies, "open_to", policies.open_to.__wrapped__)  # which remembers its conditions
    monkeypatch.setattr(policies, "rooms_open_to", lambda _: sa.select(Room.id))
    assert opened.statuses(Visitor(app).signed_in_as(stranger)) == GONE, "one condition is left"
    monkeypatch.setattr(policies, "is_granted_to", lambda *_: sa.true())
    assert opened.statuses(Visitor(app).signed_in_as(stranger))[:2] == READ[:2]


def test_revoking_works_on_the_next_request(opened: Opened, finance: Visitor) -> None:
    finance.visit("startups.show_room", startup_id=opened.startup.id).submit("Revoke")
    assert opened.statuses() == GONE
    assert not opened.listed()


def test_a_grant_ends_with_its_last_day(opened: Opened, work: Work) -> None:
    with work() as session:
        session.get_one(Grant, opened.grant.id).until = day_of(now())
    assert opened.statuses() == READ
    with work() as session:
        session.get_one(Grant, opened.grant.id).until = day_of(now()) - timedelta(days=1)
    assert opened.statuses() == GONE
    assert not opened.listed()


@pytest.mark.parametrize("scope", ["folder", "document"])
def test_a_grant_of_a_part_ends_with_its_last_day_too(scope: str, app: Flask, work: Work) -> None:
    startup, institution = a_published_startup(), an_institution()
    room = a_room(startup)
    folder = a_room_folder(room, "暗号目录")
    document = a_room_document(room.id, folder.id, "暗号文件.txt")
    reader = an_account(Role.INVESTOR, institution.id)
    accept_for(reader)
    given = a_grant(room.id, institution, **{scope: folder if scope == "folder" else document}, until=day_of(now()))
    visitor = Visitor(app).signed_in_as(reader)
    lists = ("/portal/documents/", f"/portal/startups/{startup.id}/room", f"/portal/startups/{startup.id}")

    def told() -> str:
        return "".join(visitor.open(path).get_data(as_text=True) for path in lists)

    assert visitor.open(f"/portal/documents/{document.id}").status_code == 200
    assert "暗号文件" in told()
    assert "Data room 1" in told()
    with work() as session:
        session.get_one(Grant, given.id).until = day_of(now()) - timedelta(days=1)
    assert visitor.open(f"/portal/documents/{document.id}").status_code == 404
    assert not [word for word in ("暗号文件", "暗号目录", "Data room 1") if word in told()]


def test_a_withdrawn_startup_takes_its_room_along(opened: Opened) -> None:
    withdraw(opened.startup)
    assert opened.statuses() == GONE
    assert not opened.listed()
    assert opened.reader.open(f"/portal/startups/{opened.startup.id}/room").status_code == 404


def test_an_authorisation_that_ran_out_takes_the_room_along(opened: Opened) -> None:
    run_out(opened.startup, day_of(now()) - timedelta(days=1))
    assert opened.statuses() == GONE
    assert not opened.listed()


def test_a_later_name_waits_until_it_is_published(opened: Opened, work: Work) -> None:
    with work() as session:
        session.get_one(Startup, opened.startup.id).call("上海未公布新名智能科技有限公司", "")
    for path in ("/portal/documents/", f"/portal/startups/{opened.startup.id}/room", opened.paths()[0]):
        assert "未公布新名" not in opened.reader.open(path).get_data(as_text=True)


def test_who_changes_to_another_institution_leaves_its_access_behind(opened: Opened, work: Work) -> None:
    a_grant(opened.document.room_id, opened.account)
    with work() as session:
        actions.revoke(queries.find_grant(BY, opened.grant.id), by=BY, at=AT)  # type: ignore[arg-type]
    assert opened.statuses() == [200, 200, 403]
    other = an_institution()
    with work() as session:
        session.get_one(Account, opened.account.id).institution_id = other.id
    moved = made(lambda: db.session.get_one(Account, opened.account.id))
    accept_for(moved)
    assert opened.statuses() == GONE
    assert not opened.listed()


def test_a_document_that_was_taken_out_is_gone(opened: Opened, finance: Visitor) -> None:
    finance.visit("dataroom.show_document", room_document_id=opened.document.id).submit("Take out")
    assert opened.statuses() == GONE
    assert not opened.listed()
    finance.submit("Undo")
    assert opened.statuses() == READ


def test_a_disabled_account_is_signed_out(opened: Opened, work: Work) -> None:
    with work() as session:
        account_actions.disable(session.get_one(Account, opened.account.id), by=BY, at=AT)
    answers = [opened.reader.open(path) for path in opened.paths()]
    assert [answer.status_code for answer in answers] == ASKED_AGAIN
    assert all("/sign-in" in answer.location for answer in answers)


def test_an_institution_that_is_no_longer_admitted_reads_nothing(opened: Opened, work: Work) -> None:
    with work() as session:
        institution = session.get_one(Institution, opened.account.institution_id)
    an_admission(institution, "suspended")
    assert opened.statuses() == GONE
    assert not opened.listed()


def test_newer_terms_ask_again_before_anything_is_shown(opened: Opened) -> None:
    some_terms()
    answers = [opened.reader.open(path) for path in opened.paths()]
    assert [answer.status_code for answer in answers] == ASKED_AGAIN
    assert all("/portal/confidentiality" in answer.location for answer in answers)
    assert not opened.listed()
    opened.reader.visit(opened.paths()[0]).submit("Accept", agree="y")
    assert opened.reader.now.url == opened.paths()[0]
    assert opened.reader.now.h1 == f"{CANARY}.pdf"


def test_without_leave_to_download_there_are_pictures_and_no_file(opened: Opened, work: Work) -> None:
    with work() as session:
        session.get_one(Grant, opened.grant.id).may_download = False
    assert opened.statuses() == [200, 200, 403]
    assert not [link for link in opened.reader.visit(opened.paths()[0]).now.links().values() if link.endswith("/file")]


def test_a_grant_opens_what_it_names_and_no_more(app: Flask) -> None:
    startup, institution = a_published_startup(), an_institution()
    room = a_room(startup)
    folder, other = a_room_folder(room, "财务"), a_room_folder(room, "法务")
    inside = a_room_document(room.id, folder.id, "在内.txt")
    outside = a_room_document(room.id, other.id, "在外.txt")
    alone = a_room_document(room.id, other.id, "单独.txt")
    first, second = (an_account(Role.INVESTOR, institution.id) for _ in range(2))
    accept_for(first)
    a_paper(institution, second)
    a_grant(room.id, institution, folder=folder)
    a_grant(room.id, first, document=alone)
    seen = {
        account.id: {
            one.id: Visitor(app).signed_in_as(account).open(f"/portal/documents/{one.id}").status_code
            for one in (inside, outside, alone)
        }
        for account in (first, second)
    }
    assert seen == {
        first.id: {inside.id: 200, outside.id: 404, alone.id: 200},
        second.id: {inside.id: 200, outside.id: 404, alone.id: 404},
    }


def test_the_room_of_a_deal_is_for_its_institution_alone(app: Flask, finance: Visitor) -> None:
    startup, mine, theirs = a_published_startup(), an_institution(), an_institution()
    deal: Deal = a_deal(startup, mine)
    room = a_room(startup, deal)
    document = a_room_document(room.id, name="条款.txt")
    members = [an_account(Role.INVESTOR, one.id) for one in (mine, theirs)]
    for account in members:
        accept_for(account)
    insider, outsider = (Visitor(app).signed_in_as(one) for one in members)
    assert insider.open(f"/portal/documents/{document.id}").status_code == 200
    assert "条款.txt" in insider.visit("dataroom.show_room", startup_id=startup.id).text
    assert outsider.open(f"/portal/documents/{document.id}").status_code == 404
    finance.visit("dataroom.give_access", room_id=room.id).submit("Give access", institution=theirs.name)
    assert finance.status == 422
    assert "institution of the deal only" in finance.now.error_of("Institution")


def test_each_reading_is_written_down_once_an_hour_and_each_download_always(opened: Opened, work: Work) -> None:
    for path in opened.paths() * 2:
        opened.reader.open(path)
    with work() as session:
        rows = session.execute(sa.select(Access.what, Access.account_id, Access.number, Access.address)).all()
    told = sorted((str(row.what), row.account_id, row.number, row.address) for row in rows)
    who = (opened.account.id, 1, "127.0.0.1")
    assert told == [("downloaded", *who)] * 3 + [("opened", *who)]


def test_staff_sees_who_read_what_and_takes_it_along(opened: Opened, finance: Visitor) -> None:
    finance.visit("dataroom.list_accesses", room_id=opened.document.room_id)
    assert [row[1] for row in finance.now.rows[1:]] == ["沈知行", "沈知行"]
    assert {row[4] for row in finance.now.rows[1:]} == {"opened", "downloaded"}
    sheet = finance.open(
        finance.url("dataroom.export_accesses", room_id=opened.document.room_id), "POST",
        {"format": "csv", "csrf_token": finance.now.all("meta", name="csrf-token")[0].get("content")},
    )  # fmt: skip
    assert CANARY in sheet.get_data(as_text=True)


def test_the_file_that_is_taken_along_bears_the_mark_and_the_original_is_for_staff(
    opened: Opened, finance: Visitor
) -> None:
    original = finance.open(
        finance.url("dataroom.download_version", room_document_id=opened.document.id, number=1)
    ).get_data()
    taken = opened.reader.open(opened.paths()[2]).get_data()
    assert original == made(lambda: queries.content_of(queries.version_of(opened.document, 1)))  # type: ignore[arg-type]
    assert taken.startswith(b"%PDF-")
    assert taken != original


def test_ten_documents_cost_as_many_queries_as_one(opened: Opened, app: Flask) -> None:
    def asked(path: str) -> int:
        with counted_statements(app) as counted:
            assert opened.reader.open(path).status_code == 200
        return len(counted)

    paths = ["/portal/documents/", f"/portal/startups/{opened.startup.id}/room"]
    before = [asked(path) for path in paths]
    for number in range(10):
        a_room_document(opened.document.room_id, name=f"{number}.txt")
    assert [asked(path) for path in paths] == before
    assert max(before) <= 12


def test_the_profile_leads_to_the_pitch_deck_in_one_tap(opened: Opened, finance: Visitor, app: Flask) -> None:
    finance.visit("dataroom.edit_document", room_document_id=opened.document.id).submit("Save", is_pitch_deck="y")
    assert "Pitch deck" in finance.text
    html = opened.reader.visit("portal.show_startup", startup_id=opened.startup.id).now.html
    assert html.index("Pitch deck") < html.index("The company"), "above the profile, where a phone has no second column"
    opened.reader.click("Pitch deck")
    assert opened.reader.now.h1 == f"{CANARY}.pdf"
    stranger = Visitor(app).signed_in_as(an_account(Role.INVESTOR, an_institution().id))
    links = stranger.visit("portal.show_startup", startup_id=opened.startup.id).now.links()
    assert not [text for text in links if "Pitch deck" in text or "Data room" in text]


def test_a_destroyed_document_takes_its_bytes_along_unless_another_holds_them(opened: Opened, manager: Visitor) -> None:
    key = made(lambda: queries.version_of(opened.document, 1).file_key)  # type: ignore[union-attr]
    twin = a_room_document(opened.document.room_id, name="副本.pdf", content=storage.get(key))
    assert made(lambda: queries.version_of(twin, 1).file_key) == key  # type: ignore[union-attr]
    for document, remains in ((opened.document, True), (twin, False)):
        manager.visit("dataroom.show_document", room_document_id=document.id).submit("Take out")
        manager.visit("dataroom.show_document", room_document_id=document.id).submit("Destroy its content")
        assert storage.has(key) is remains
    manager.visit("dataroom.show_document", room_document_id=opened.document.id)
    assert "who read it stays on record" in manager.text
    assert "沈知行" in manager.text


def test_the_history_of_the_startup_tells_staff_who_opened_what_to_whom(
    opened: Opened, finance: Visitor, as_role: Callable[..., Visitor]
) -> None:
    finance.visit("startups.show_room", startup_id=opened.startup.id).submit("Revoke")
    told = finance.visit("startups.show_history", startup_id=opened.startup.id).text
    for part in ("opened the data room", f"attached “{opened.startup.shown_name} · {CANARY}.pdf”", "revoked the leave"):
        assert part in told
    leader = as_role("leader")
    for page in (leader.visit("startups.show_history", startup_id=opened.startup.id), leader.visit("home.show_home")):
        assert CANARY not in page.now.html, "leaders have no part in data rooms"
        assert "revoked the leave" not in page.now.html


def test_refusals_of_rooms_and_folders(opened: Opened, finance: Visitor) -> None:
    with writing():
        first = actions.open_room(db.session.get_one(Startup, opened.startup.id), by=BY, at=AT)
        assert first.id == opened.document.room_id, "a startup has one room"
    finance.visit("dataroom.add_folder", room_id=first.id).submit("Add it", name="财务")
    finance.visit("dataroom.add_folder", room_id=first.id).submit("Add it", name="财务")
    assert finance.now.error_of("Name") == "There is a folder of this name."
