"""Only what the startup authorised is opened to investors, in folders as deep as they go, and they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account, Role
from crm.dataroom import policies
from crm.dataroom.models import Folder, Room, RoomDocument
from crm.institutions.models import Institution
from crm.notifications.models import Notice, NoticeKind
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    a_grant,
    a_paper,
    a_published_startup,
    a_room,
    a_room_document,
    a_room_folder,
    accept_for,
    an_account,
    an_institution,
    authorise_documents,
    run_out,
    withdraw,
)
from tests.support.visitor import Visitor


@dataclass
class Shelf:
    """The room of a published startup, and a reader whose institution may read all of it."""

    startup: Startup
    room: Room
    institution: Institution
    account: Account
    reader: Visitor

    def reads(self, document: RoomDocument) -> bool:
        page = self.reader.open(f"/portal/documents/{document.id}").status_code
        listed = document.name in self.reader.visit("dataroom.show_room", startup_id=self.startup.id).text
        assert listed == (page == 200), "the list and the page agree"
        return listed

    def document(self, name: str, folder: Folder | None = None) -> RoomDocument:
        return a_room_document(self.room.id, folder.id if folder else None, name)


@pytest.fixture
def shelf(app: Flask) -> Shelf:
    startup, institution = a_published_startup(short_name="衡汐智能"), an_institution()
    account = an_account(Role.INVESTOR, institution.id)
    accept_for(account)
    return Shelf(startup, a_room(startup), institution, account, Visitor(app).signed_in_as(account))


def told(work: Work, account: Account) -> list[int]:
    """How often an account was told of documents, day by day."""
    with work() as session:
        kind = Notice.kind == NoticeKind.DOCUMENTS_OPENED
        return list(session.scalars(sa.select(Notice.times).where(Notice.account_id == account.id, kind)))


def test_only_authorised_documents_are_read_whatever_was_granted(
    shelf: Shelf, finance: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed, other = shelf.document("商业计划书.txt"), shelf.document("股东协议.txt")
    a_grant(shelf.room.id, shelf.institution)
    assert [shelf.reads(one) for one in (signed, other)] == [True, True], "all documents were authorised"
    authorise_documents(shelf.startup, signed)
    assert [shelf.reads(one) for one in (signed, other)] == [True, False]
    assert finance.visit("startups.show_room", startup_id=shelf.startup.id).text.count("Not authorised") == 1
    finance.visit("dataroom.give_access", room_id=shelf.room.id)
    finance.submit("Give access", institution=shelf.institution.name, scope=f"document-{other.id}")
    assert finance.status == 422
    assert "did not authorise this document" in finance.now.error_of("May read")
    monkeypatch.setattr(policies, "open_to", policies.open_to.__wrapped__)  # which remembers its conditions
    monkeypatch.setattr(policies, "is_authorised", sa.true)
    assert shelf.reads(other), "the positive control: without the clause it is open"


@pytest.mark.parametrize("ends", [withdraw, lambda startup: run_out(startup, startup.created_at.date())])
def test_withdrawal_and_expiry_close_authorised_documents_at_once(shelf: Shelf, ends: Any) -> None:
    document = shelf.document("商业计划书.txt")
    a_grant(shelf.room.id, shelf.institution)
    authorise_documents(shelf.startup, document)
    assert shelf.reads(document)
    ends(shelf.startup)
    assert shelf.reader.open(f"/portal/documents/{document.id}").status_code == 404


def test_managers_choose_the_documents_from_the_room(shelf: Shelf, manager: Visitor) -> None:
    chosen, other = shelf.document("商业计划书.txt"), shelf.document("股东协议.txt")
    a_grant(shelf.room.id, shelf.institution)
    manager.visit("publishing.authorise_startup", startup_id=shelf.startup.id)
    manager.submit("Record it", document_scope="named", document_ids=[str(chosen.id)], signed_on="2026-06-01")
    assert "商业计划书.txt" in manager.text
    assert shelf.reads(other), "what is published stays until somebody publishes on it"
    manager.visit("startups.show_publishing", startup_id=shelf.startup.id).submit("Publish version 2")
    assert [shelf.reads(one) for one in (chosen, other)] == [True, False]
    manager.visit("publishing.authorise_startup", startup_id=shelf.startup.id)
    form = manager.now.fields_of(manager.now.form_of("Record it")[0])
    assert form["document_scope"] == ["named"], "the next one begins with what was signed before"


def test_readers_are_told_once_a_day_and_only_of_what_they_may_read(shelf: Shelf, work: Work, app: Flask) -> None:
    colleague = an_account(Role.INVESTOR, shelf.institution.id)
    stranger = an_account(Role.INVESTOR, an_institution().id)
    folder = a_room_folder(shelf.room)
    shelf.document("章程.txt", folder)
    a_grant(shelf.room.id, shelf.account, folder=folder)
    assert [told(work, one) for one in (shelf.account, colleague, stranger)] == [[1], [], []]
    shelf.document("年报.txt", folder)
    shelf.document("别处.txt")
    assert told(work, shelf.account) == [2], "a new document of the folder, and none beside it"
    assert "Documents of 衡汐智能 are open to you" in shelf.reader.visit("portal.list_notices").text
    withdraw(shelf.startup)
    shelf.document("季报.txt", folder)
    assert told(work, shelf.account) == [2]


def test_leave_of_a_folder_reaches_what_lies_in_it_also_after_it_was_moved(shelf: Shelf, finance: Visitor) -> None:
    finances, law = a_room_folder(shelf.room, "财务"), a_room_folder(shelf.room, "法务")
    year = a_room_folder(shelf.room, "2025", finances)
    month = a_room_folder(shelf.room, "05", year)
    document = shelf.document("流水.txt", month)
    a_grant(shelf.room.id, shelf.institution, folder=finances)
    assert shelf.reads(document)
    assert "财务 / 2025 / 05" in finance.visit("startups.show_room", startup_id=shelf.startup.id).text
    finance.visit("dataroom.edit_folder", folder_id=year.id).submit("Save", parent_id=str(law.id), name="2025 年")
    assert not shelf.reads(document), "it lies in another folder now"
    assert "法务 / 2025 年 / 05" in finance.visit("startups.show_room", startup_id=shelf.startup.id).text


def test_a_folder_is_named_only_to_who_may_read_all_of_it(shelf: Shelf, app: Flask) -> None:
    around = a_room_folder(shelf.room, "收购方案")
    document = shelf.document("报价.txt", a_room_folder(shelf.room, "报价", around))
    colleague = an_account(Role.INVESTOR, shelf.institution.id)
    a_grant(shelf.room.id, shelf.account, folder=around)
    a_grant(shelf.room.id, colleague, document=document)
    assert "收购方案 / 报价" in shelf.reader.visit("dataroom.show_room", startup_id=shelf.startup.id).text
    a_paper(shelf.institution, colleague)
    text = Visitor(app).signed_in_as(colleague).visit("dataroom.show_room", startup_id=shelf.startup.id).text
    assert "报价.txt" in text
    assert "收购方案" not in text


def test_folders_lie_neither_in_themselves_nor_too_deep_nor_twice_in_one_place(shelf: Shelf, finance: Visitor) -> None:
    top = folder = a_room_folder(shelf.room, "一")
    for name in ("二", "三", "四"):
        folder = a_room_folder(shelf.room, name, folder)
    finance.visit("dataroom.add_folder", room_id=shelf.room.id).submit("Add it", name="五", parent_id=str(folder.id))
    assert finance.now.error_of("In the folder") == "Folders lie in each other 4 levels deep at most."
    finance.visit("dataroom.edit_folder", folder_id=top.id).submit("Save", parent_id=str(folder.id))
    assert finance.now.error_of("In the folder") == "A folder cannot lie in itself."
    beside = a_room_folder(shelf.room, "旁")
    finance.visit("dataroom.edit_folder", folder_id=top.id).submit("Save", parent_id=str(beside.id))
    assert "levels deep at most" in finance.now.error_of("In the folder"), "with all that lies in it"
    finance.visit("dataroom.add_folder", room_id=shelf.room.id).submit("Add it", name="二", parent_id=str(top.id))
    assert finance.now.error_of("Name") == "There is a folder of this name."
    finance.visit("startups.show_room", startup_id=shelf.startup.id)
    token = finance.now.fields_of(finance.now.form_of("Take out")[0])
    finance.open(f"/rooms/folders/{top.id}/remove", "POST", token)
    assert (
        "Move or take out its folders first." in finance.visit("startups.show_room", startup_id=shelf.startup.id).text
    )
