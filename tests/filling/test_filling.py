"""Somebody's own form is filled with our figures by name, or not at all."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from crm.audit.models import AuditEntry
from crm.core.db import db, unit_of_work
from crm.core.errors import Refusal
from crm.filling.form_file import read_form
from crm.filling.models import FormTemplate
from tests.conftest import Work
from tests.factories import AT
from tests.reports.examples import a_busy_startup
from tests.reports.test_jobs import worked
from tests.support import world
from tests.support.visitor import Visitor


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


def a_form(cells: dict[str, Any] | None = None) -> bytes:
    """A form with a bold cell, its own number format, a formula, a title in words and a cell by its name."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "月报"
    told = {
        "A1": "截至{{as_of}}，签约{{amount_signed_to_date | 万元}}万元",
        "B2": "{{companies_served}}",
        "B3": "{{amount_signed_to_date|万元}}",
        "B4": "{{introductions_to_date@2025-12-31}}",
        "B5": "=B2*2",
        "B6": "{{companies_served.change}}",
        "B7": "{{as_of}}",
        "C1": "不动",
    }
    for place, text in (told if cells is None else cells).items():
        sheet[place] = text
    sheet["B2"].font = Font(bold=True)
    sheet["B3"].number_format = "0.0"
    book.defined_names["institutions_attracted"] = DefinedName("institutions_attracted", attr_text="'月报'!$D$4")
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def uploaded(manager: Visitor, content: bytes, name: str = "月报.xlsx") -> Visitor:
    manager.visit("filling.upload_template")
    return manager.submit("Keep the form", file=(BytesIO(content), name))


def test_a_form_is_kept_filled_and_filled_again(app: Flask, work: Work, manager: Visitor) -> None:
    a_busy_startup()
    uploaded(manager, a_form())
    assert "月报" in manager.now.h1
    assert "Companies served" in manager.text
    page = manager.now.url
    manager.submit("Fill it", from_day="2026-01-01", to_day="2026-05-31", language="zh")
    worked(app)
    manager.visit(manager.now.url)
    address = manager.now.links()["The filled form (XLSX)"]
    answer = manager.open(address)
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(BytesIO(answer.data))["月报"]
    assert sheet["A1"].value == "截至2026年5月31日，签约3,000万元"
    assert (sheet["B2"].value, sheet["B2"].font.bold) == (1, True)
    assert (sheet["B3"].value, sheet["B3"].number_format) == (3000, "0.0")
    assert sheet["B4"].value == 1
    assert sheet["B5"].value == "=B2*2"
    assert sheet["B6"].value == "—"
    assert sheet["B7"].value == datetime(2026, 5, 31)  # noqa: DTZ001 - Excel knows no time zone
    assert (sheet["C1"].value, sheet["D4"].value) == ("不动", 4)
    assert manager.open(address).data == answer.data
    assert manager.visit(page).submit("This month").status == 200
    assert manager.visit(page).text.count("FW-2026-0612-") == 2
    with app.app_context(), unit_of_work(write=False):
        told = [
            one.verb
            for one in db.session.scalars(sa.select(AuditEntry).where(AuditEntry.record_type == "form_template"))
        ]
    assert told == ["created", "filled", "filled"]


def test_unknown_names_are_listed_beside_their_cells_and_nothing_is_kept(work: Work, manager: Visitor) -> None:
    wrong = {"B2": "{{companies_serve}}", "B3": "{{companies_served|万元}}", "B4": '=1&"{{as_of}}"'}
    uploaded(manager, a_form(wrong))
    assert manager.status == 422
    rows = [row for row in manager.now.rows if row[0] == "月报"]
    assert [row[1] for row in rows] == ["B2", "B3", "B4"]
    assert "companies_served" in rows[0][3]
    with world.app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(FormTemplate)) == 0


def with_member(name: str, content: str = "x") -> bytes:
    form = BytesIO(a_form())
    with zipfile.ZipFile(form, "a") as archive:
        archive.writestr(name, content)
    return form.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (lambda: with_member("xl/vbaProject.bin"), "holds macros"),
        (lambda: with_member("xl/externalLinks/externalLink1.xml"), "linked with other files"),
        (lambda: with_member("xl/media/_rels/a.rels", '<R TargetMode="External"/>'), "would be lost|linked"),
        (lambda: with_member("xl/charts/chart1.xml"), "would be lost"),
        (lambda: b"PK" + bytes(3 * 1024 * 1024), "too large"),
        (lambda: b"not a workbook", "not an Excel workbook"),
    ],
)
def test_what_may_run_reach_out_or_be_lost_is_refused(content: Any, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        read_form(content())


def test_a_workbook_of_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("大")
    for _row in range(5100):
        sheet.append(["{{as_of}}", 1, 2, 3, 4, 5, 6, 7, 8, 9])
    with pytest.raises(Refusal, match="too large"):
        read_form(saved(book))


def test_every_name_stands_with_its_meaning(work: Work, manager: Visitor) -> None:
    a_busy_startup()
    rows = {row[0]: row for row in manager.visit("filling.list_names").now.rows}
    assert rows["companies_served"][3] == "1"
    assert ".new_change" in rows["companies_served"][2]
    assert "{{companies_served.new_change}}" in manager.text


def test_finance_keeps_no_forms(work: Work, finance: Visitor) -> None:
    assert finance.open("/reports/forms/").status_code in {403, 404}
