"""What the law lets a person ask for: that nobody looks without a trace, a copy of everything, and to be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask
from python_calamine import CalamineWorkbook

from crm.core.db import Base, db, unit_of_work
from crm.core.storage import storage
from crm.documents.models import Document
from crm.people.models import Person
from tests.factories import (
    a_dashboard_view,
    a_deal,
    a_document,
    a_person,
    a_picture,
    a_startup,
    an_account,
    an_activity,
    an_authorisation,
    an_institution,
)
from tests.support.queries import every_row
from tests.support.visitor import Visitor

PHONE, EMAIL, WECHAT = "13912345678", "gunanqiao@hanxi.example", "nanqiao_gu_88"


@pytest.fixture
def person() -> Person:
    return a_person(
        an_institution("上海寒溪创业投资有限公司"),
        name="顾南乔",
        title="合伙人",
        phone=PHONE,
        email=EMAIL,
        wechat=WECHAT,
        bio="二十年硬科技投资经验",
        note="周三不接电话",
        source="name_card",
        source_note="浦江创新论坛",
        basis="consent",
        consented_on=date(2026, 1, 5),
        consent_until=date(2027, 1, 4),
    )


def cells(app: Flask) -> Iterator[tuple[str, str]]:
    """(table, everything in a row) of every table there is, the index of the search too."""
    with app.app_context(), db.engine.connect() as connection:
        yield from every_row(connection)


def tables_with(app: Flask, *needles: str) -> set[str]:
    return {name for name, told in cells(app) if any(one in told for one in needles)}


def entries(app: Flask, verb: str) -> list[tuple[int | None, int]]:
    """(who, about whom) of the entries with a verb."""
    with app.app_context(), unit_of_work(write=False) as session:
        table = Base.metadata.tables["audit_entry"]
        return [(row.actor_id, row.record_id) for row in session.execute(sa.select(table).where(table.c.verb == verb))]


def test_contact_data_are_masked_on_every_page_for_everybody(finance: Visitor, person: Person) -> None:
    institution = person.institution_id
    for endpoint, values in (
        ("people.list_people", {}),
        ("people.show_person", {"person_id": person.id}),
        ("people.edit_person", {"person_id": person.id}),
        ("institutions.list_people", {"institution_id": institution}),
        ("institutions.show_institution", {"institution_id": institution}),
        ("institutions.show_history", {"institution_id": institution}),
        ("home.show_home", {}),
    ):
        html = finance.visit(endpoint, **values).now.html
        assert not [told for told in (PHONE, EMAIL, WECHAT) if told in html], endpoint
    page = finance.visit("people.show_person", person_id=person.id)
    assert all(told in page.text for told in ("139****5678", "g***@hanxi.example", "n***"))


def test_contact_data_are_revealed_by_a_post_that_the_history_keeps(
    app: Flask, finance: Visitor, person: Person
) -> None:
    finance.visit("people.show_person", person_id=person.id).submit("Reveal")
    assert finance.status == 200
    assert all(told in finance.text for told in (PHONE, EMAIL, WECHAT))
    assert finance.now.links()[PHONE] == f"tel:{PHONE}"
    assert finance.account is not None
    assert entries(app, "revealed") == [(finance.account.id, person.id)]
    finance.visit("people.show_person", person_id=person.id)
    assert PHONE not in finance.now.html
    assert f"{finance.account.name} looked at the contact data of “顾南乔”" in finance.text


def test_the_address_that_reveals_shows_nothing_on_get(app: Flask, finance: Visitor, person: Person) -> None:
    for method in ("GET", "HEAD"):
        answer = finance.open(finance.url("people.reveal_person", person_id=person.id), method)
        assert answer.status_code == 405
        assert PHONE not in answer.get_data(as_text=True)
    assert entries(app, "revealed") == []


@pytest.mark.parametrize("role", ["leader", "admin", "investor"])
def test_nobody_else_reveals(app: Flask, as_role: Callable[..., Visitor], person: Person, role: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        answer = as_role(role).open(f"/people/{person.id}/reveal", "POST")
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert answer.status_code in (403, 404)
    assert PHONE not in answer.get_data(as_text=True)
    assert entries(app, "revealed") == []


def stored(app: Flask, person: Person) -> tuple[str, str, str]:
    with app.app_context(), unit_of_work(write=False) as session:
        found = session.get_one(Person, person.id)
        return found.phone, found.email, found.wechat


def test_an_empty_field_keeps_typing_replaces_and_a_tick_removes(app: Flask, finance: Visitor, person: Person) -> None:
    page = finance.visit("people.edit_person", person_id=person.id)
    assert page.now.value_of("Phone") == ""
    assert "Kept: 139****5678." in page.text
    page.submit("Save", title="董事总经理")
    assert stored(app, person) == (PHONE, EMAIL, WECHAT)
    finance.visit("people.edit_person", person_id=person.id).submit("Save", phone="13700001111", remove_email="y")
    assert stored(app, person) == ("13700001111", "", WECHAT)
    assert "Phone 139****5678 → 137****1111; E-mail g***@hanxi.example → —" in finance.text
    assert "Remove the mail address" not in finance.visit("people.edit_person", person_id=person.id).text


def test_the_history_holds_masks_only(app: Flask, finance: Visitor, person: Person) -> None:
    finance.visit("people.edit_person", person_id=person.id).submit("Save", phone="13700001111", remove_wechat="y")
    assert tables_with(app, PHONE, "13700001111", EMAIL, WECHAT) == {"person"}


def exported(manager: Visitor, person: Person) -> tuple[dict[str, list[list[str]]], dict[str, bytes]]:
    """{sheet: its rows} and {file: its bytes} of an export."""
    manager.visit("people.show_person", person_id=person.id)
    form, _ = manager.now.form_of("Export what is kept")
    answer = manager.open(str(form.get("action")), "POST", manager.now.fields_of(form))
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.data)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    book = CalamineWorkbook.from_filelike(BytesIO(files.pop("个人信息.xlsx")))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}, files


def test_an_export_holds_all_that_is_kept_and_is_logged(app: Flask, manager: Visitor, person: Person) -> None:
    a_document(person, "名片.png", a_picture(colour="navy"))
    deal = a_deal(note="顾南乔说下周回复")
    sheets, files = exported(manager, person)
    values = {cell for sheet in sheets.values() for row in sheet for cell in row}
    for told in (
        "顾南乔", "合伙人", PHONE, EMAIL, WECHAT, "二十年硬科技投资经验", "周三不接电话", "名片", "浦江创新论坛",
        "投融资对接联系", "同意", "2026-01-05", "2027-01-04", "上海寒溪创业投资有限公司",
    ):  # fmt: skip
        assert told in values, told
    assert any(row[1:] == [str(deal.id)] for sheet in sheets.values() for row in sheet)
    assert list(files) == ["附件/1-名片.png"]
    assert files["附件/1-名片.png"].startswith(b"\x89PNG")
    assert manager.account is not None
    assert entries(app, "exported") == [(manager.account.id, person.id)]


def test_papers_of_a_person_are_attached_on_the_page(finance: Visitor, person: Person) -> None:
    finance.visit("people.show_person", person_id=person.id)
    finance.submit("Attach", file=(BytesIO(a_picture()), "同意书.png"))
    assert "同意书.png" in finance.now.links()
    finance.submit("Attach", file=(BytesIO(b"MZ not a picture"), "x.png"))
    assert finance.status == 422
    assert "no picture" in finance.now.error_of("Name card")


def test_an_export_never_opens_on_get(finance: Visitor, manager: Visitor, person: Person) -> None:
    address = manager.url("people.export_person", person_id=person.id)
    assert manager.open(address).status_code == 405
    assert "Export" not in finance.visit("people.show_person", person_id=person.id).text


def test_a_formula_in_a_name_stays_a_text(manager: Visitor) -> None:
    person = a_person(an_institution(), name="=cmd()|顾")
    sheets, _ = exported(manager, person)
    assert any("=cmd()|顾" in row for sheet in sheets.values() for row in sheet)


def erase(manager: Visitor, person: Person) -> Visitor:
    return manager.visit("people.erase_person", person_id=person.id).submit("Erase for good", confirmed="y")


def test_erasing_leaves_nothing_of_the_person_anywhere(app: Flask, manager: Visitor, person: Person) -> None:
    document = a_document(person, "顾南乔的名片.png", a_picture(colour="navy"))
    manager.visit("people.edit_person", person_id=person.id).submit("Save", bio="新的简介：寒溪合伙人")
    manager.visit("people.show_person", person_id=person.id).submit("Reveal")
    assert "person" in tables_with(app, PHONE)
    assert {"person", "audit_entry", "document"} <= tables_with(app, "顾南乔")
    erase(manager, person)
    assert tables_with(app, "顾南乔", "南乔", PHONE, "139****", EMAIL, "g***@", WECHAT, "简介", "浦江", "周三") == set()
    with pytest.raises(FileNotFoundError):
        storage.get(document.file_key)


def test_who_did_what_with_an_erased_person_stays_known(app: Flask, manager: Visitor, person: Person) -> None:
    manager.visit("people.show_person", person_id=person.id).submit("Reveal")
    erase(manager, person)
    assert manager.now.h1 == "Erased contact"
    assert manager.account is not None
    assert entries(app, "revealed") == entries(app, "erased") == [(manager.account.id, person.id)]
    assert "Erased contact" not in manager.visit("people.list_people").text


def test_an_erased_person_cannot_be_changed_revealed_or_brought_back(
    app: Flask, manager: Visitor, person: Person
) -> None:
    erase(manager, person)
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for verb in ("edit", "reveal", "export", "archive", "restore", "erase"):
            assert manager.open(f"/people/{person.id}/{verb}", "POST").status_code == 403, verb
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_erasing_asks_first_and_says_what_goes_and_who_mentions_the_person(
    app: Flask, manager: Visitor, person: Person
) -> None:
    a_document(person)
    deal = a_deal(a_startup("衡汐智能"), an_institution("临渚创投"), note="顾南乔说下周回复")
    a_deal(a_startup(), note="与此人无关")
    talk = an_activity(deal, text="见了顾南乔，聊芯片")
    authorised = an_authorisation(a_startup(), signed_by="顾南乔")
    view = a_dashboard_view(an_account(), name="顾南乔的看板")
    page = manager.visit("people.erase_person", person_id=person.id)
    assert "1 attached file, with its content" in page.text
    told = [text for text, href in page.now.links().items() if href == f"/deals/{deal.id}"]
    assert told == ["Deal 衡汐智能 × 临渚创投"]
    assert page.now.links()["Note, talk or task 见了顾南乔，聊芯片"] == f"/activities/{talk.id}"
    assert page.text.count("Deal ") == 1
    assert f"Authorisation {authorised.id}" in page.text
    assert f"Other record dashboard_view {view.id}" in page.text
    page.submit("Erase for good")
    assert page.status == 422
    assert stored(app, person) == (PHONE, EMAIL, WECHAT)


def test_bytes_that_somebody_else_holds_too_stay(app: Flask, manager: Visitor, person: Person) -> None:
    other = a_person(an_institution(), name="许望舒")
    shared = a_picture(colour="olive")
    a_document(person, content=shared)
    kept = a_document(other, content=shared)
    erase(manager, person)
    assert storage.get(kept.file_key)
    with app.app_context(), unit_of_work(write=False) as session:
        assert [one.record_id for one in session.scalars(sa.select(Document))] == [other.id]
