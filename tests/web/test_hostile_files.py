"""Every field that takes files is sent files made to do harm: a clear refusal, quickly, and nothing is kept."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask_wtf.file import FileField, MultipleFileField

import crm
from crm.core.errors import Refusal
from crm.dataroom import drawing
from crm.dataroom.models import RoomDocument
from crm.documents import forms
from crm.documents.models import Document
from crm.documents.pictures import accept
from crm.imports import reader
from crm.web.form import Form
from tests.conftest import Work
from tests.factories import (
    a_person,
    a_picture,
    a_product,
    a_published_startup,
    a_room,
    a_room_document,
    an_account,
    an_institution,
)
from tests.support.hostile import NAMES, NO_FILES, PDFS, PICTURES, WORKBOOKS, content_of
from tests.support.visitor import Visitor

pytestmark = pytest.mark.once  # what a file does to us has nothing to do with the database
SECONDS = 10
DAYS = {"signed_on": "2026-01-02", "until": "2027-01-02"}
# Form -> (role, page, what the form needs besides).
FIELDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "crm.activities.forms.LogForm": ("finance", "/activities/new", {"text": "会面"}),
    "crm.admin.forms.LogoForm": ("admin", "/settings", {}),
    "crm.confidentiality.forms.RecordPaperForm": (
        "finance",
        "/confidentiality/institutions/{institution}/paper",
        {"signed_by": "沈知行", "accepted_on": "2026-01-02", "until": "2027-01-02"},
    ),
    "crm.dataroom.forms.SendFilesForm": ("finance", "/rooms/{room}/files/new", {}),
    "crm.dataroom.forms.SendVersionForm": ("finance", "/rooms/documents/{room_document}/versions/new", {}),
    "crm.documents.forms.AttachForm": ("finance", "/documents/startups/{startup}", {}),
    "crm.filling.forms.UploadFormForm": ("manager", "/reports/forms/new", {}),
    "crm.imports.forms.UploadLedgerForm": ("finance", "/imports/new", {}),
    "crm.institutions.forms.RecordAdmissionForm": (
        "finance",
        "/institutions/{institution}/admissions/new",
        {"checked_on": "2026-01-02", "result": "admitted"},
    ),
    "crm.paste.forms.PasteForm": ("finance", "/paste/", {}),
    "crm.people.forms.AttachForm": ("finance", "/people/{person}", {}),
    "crm.publishing.forms.AuthoriseForm": (
        "manager",
        "/startups/{startup}/authorisations/new",
        {"signed_by": "许", **DAYS},
    ),
    "crm.startups.forms.PicturesForm": ("finance", "/startups/products/{product}/pictures", {}),
    "crm.verify.forms.FileForm": ("finance", "/verify/", {}),
}
READ_WORKBOOKS = {"crm.filling.forms.UploadFormForm", "crm.imports.forms.UploadLedgerForm"}
PIECES = {"crm.dataroom.forms.AddPieceForm"}  # of a file, which is looked at when it is whole
TAKES_ALL = {"crm.verify.forms.FileForm"}  # compares a digest with those it knows, opens nothing, keeps nothing


def forms_with_files() -> Iterator[str]:
    """Every form that has a field for files, wherever it is defined."""
    for path in Path(crm.__file__).parent.glob("*/forms*"):
        module = import_module(f"crm.{path.parent.name}.forms")
        for form in vars(module).values():
            if isinstance(form, type) and issubclass(form, Form) and form.__module__ == module.__name__:
                fields = [getattr(field, "field_class", None) for field in vars(form).values()]
                if FileField in fields or MultipleFileField in fields:
                    yield f"{form.__module__}.{form.__name__}"


def test_no_form_that_takes_files_is_forgotten() -> None:
    assert set(forms_with_files()) == FIELDS.keys() | PIECES


@pytest.fixture
def records(app: Any) -> dict[str, int]:
    institution, startup = an_institution(), a_published_startup()
    an_account("investor", institution.id)
    room = a_room(startup)
    return {
        "institution": institution.id,
        "startup": startup.id,
        "person": a_person(institution).id,
        "product": a_product(startup).id,
        "room": room.id,
        "room_document": a_room_document(room.id).id,
    }


class Sender:
    """Somebody at a form with a field for files, who sends one file after the other."""

    def __init__(self, visitor: Visitor, path: str, more: dict[str, str]) -> None:
        self.visitor, page = visitor, visitor.visit(path).now
        takes_files = [one for one in page.all("form") if any(f.get("type") == "file" for f in one.iter("input"))]
        form = min(takes_files, key=lambda one: len(page.fields_of(one)))  # there may be a box for notes beside it
        self.field = next(str(field.get("name")) for field in form.iter("input") if field.get("type") == "file")
        self.path, self.fields = form.get("action") or path, page.fields_of(form) | more
        for field in (one for one in form.iter("select") if one.get("required") is not None):
            self.fields[str(field.get("name"))] = [one.get("value") or "" for one in field.iter("option")][-1]

    def send(self, name: str, content: bytes) -> Any:
        begun = time.monotonic()
        answer = self.visitor.open(
            self.path, "POST", {**self.fields, "form_key": uuid4().hex, self.field: (BytesIO(content), name)}
        )
        assert time.monotonic() - begun < SECONDS, f"{self.path} took too long over {name}"
        assert answer.status_code < 500, f"{self.path} breaks on {name}"
        return answer

    def error(self, answer: Any) -> str:
        """What the page says beside the field."""
        told = re.search(rf'id="{self.field}-error"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
        return told[1].strip() if told else ""


@pytest.mark.parametrize("form", FIELDS)
def test_hostile_files_are_refused_beside_their_field(
    form: str, as_role: Callable[..., Visitor], records: dict[str, int]
) -> None:
    role, path, more = FIELDS[form]
    sender = Sender(as_role(role), path.format(**records), more)
    unclear = not_refused(sender)
    assert form in TAKES_ALL or unclear == []
    for name in (*PICTURES, "swelling.pdf", *(WORKBOOKS if form in READ_WORKBOOKS else ["bomb.xlsx"])):
        sender.send(name, content_of(name))


def not_refused(sender: Sender) -> list[tuple[str, int]]:
    """What is no file that anybody wants, and gets another answer than a reason beside the field."""
    answers = [(name, sender.send(name, content_of(name))) for name in NO_FILES]
    return [(name, one.status_code) for name, one in answers if one.status_code != 422 or not sender.error(one)]


def test_a_form_that_takes_anything_and_one_that_thinks_too_long_are_found(
    finance: Visitor, records: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive controls: planted holes."""
    _, path, more = FIELDS["crm.documents.forms.AttachForm"]
    sender = Sender(finance, path.format(**records), more)
    monkeypatch.setattr(forms, "accept", lambda name, content: accept("a.png", a_picture()))
    assert dict(not_refused(sender)) == dict.fromkeys(NO_FILES, 303)
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 0)
    with pytest.raises(AssertionError, match="took too long"):
        not_refused(sender)


@pytest.mark.parametrize("form", ["crm.dataroom.forms.SendFilesForm", "crm.documents.forms.AttachForm"])
def test_a_name_made_to_do_harm_is_kept_as_a_harmless_one(
    form: str, as_role: Callable[..., Visitor], records: dict[str, int], work: Work
) -> None:
    role, path, more = FIELDS[form]
    sender = Sender(as_role(role), path.format(**records), more)
    for number, name in enumerate(NAMES):
        assert sender.send(name, a_picture(9 + number)).status_code == 303, name
    with work() as session:
        kept = [*session.scalars(sa.select(Document.name)), *session.scalars(sa.select(RoomDocument.name))]
    assert len(kept) >= len(NAMES)
    assert [name for name in kept if not 0 < len(name) <= 200 or set("/\\\r\n\0\u202e\u200b") & set(name)] == []


# --- the children that open what people sent


@pytest.mark.parametrize("name", [*WORKBOOKS])
def test_a_hostile_workbook_is_refused_by_the_reader_of_ledgers(name: str) -> None:
    with pytest.raises(Refusal):
        reader.read_book(content_of(name))


@pytest.mark.parametrize("name", [name for name in PDFS if name != "huge picture.pdf"])
def test_a_hostile_pdf_is_not_drawn(name: str) -> None:
    with pytest.raises(Refusal):
        drawing.draw(content_of(name), "application/pdf")
