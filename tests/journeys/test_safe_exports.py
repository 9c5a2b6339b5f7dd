"""No file that somebody takes along runs anything in Excel, whatever names people typed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from flask import Flask

from tests.factories import (
    a_deal,
    a_fund,
    a_person,
    a_published_startup,
    a_reference,
    a_room,
    a_service,
    an_event,
    an_institution,
)
from tests.support.visitor import Visitor

STARTS = "=+-@\t\r\n"
# What takes rows along, by endpoint: what its address and its form need.
EXPORTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "analytics.export_table": ({"name": "funnel"}, {}),
    "audit.export_entries": ({}, {}),
    "dataroom.export_accesses": ({"room_id": 0}, {}),
    "metrics.export_rows": ({"name": "companies_served"}, {}),
    "metrics.export_changes": ({"name": "companies_served"}, {}),
    "ask.export_answer": ({}, {}),
    "deals.export_deals": ({}, {}),
    "deals.export_rounds": ({}, {}),
    "funds.export_funds": ({}, {}),
    "institutions.export_institutions": ({}, {}),
    "services.export_services": ({}, {}),
    "startups.export_startups": ({}, {}),
}


def is_dangerous(text: object) -> bool:
    """True for a text that Excel takes for more: a number with its sign is none."""
    if not isinstance(text, str) or not text or text[0] not in STARTS:
        return False
    return not text.lstrip("+-").replace(",", "").replace(".", "").removesuffix("%").isdigit()


def dangerous_csv(content: bytes) -> list[str]:
    rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row if is_dangerous(cell)]


def dangerous_xlsx(content: bytes) -> list[str]:
    book = openpyxl.load_workbook(BytesIO(content))
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return [f"{cell.coordinate}: {cell.value}" for cell in cells if cell.data_type == "f" or cell.hyperlink]


def harmful(name: str) -> Iterator[str]:
    yield from (f"{start}cmd|'/c calc'!A{name}" for start in "=+-@")


@pytest.fixture
def records(app: Flask) -> dict[str, int]:
    """Records with a formula in every text; and the ids that addresses name."""
    ids = {}
    for number, name in enumerate(harmful("1")):
        house = an_institution(f"{name}创投", short_name=f"{name}短", city=name, note=name)
        startup = a_published_startup(f"{name}智能", short_name=f"{name}简", summary=name)
        ids["room_id"] = a_room(startup).id
        a_deal(startup, house, stage="met", next_step=name)
        a_fund(f"{name}基金", [house])
        a_service(startup, content=name, outcome=name)
        a_person(house, name=name, title=name)
        an_event(name=f"{name}路演{number}")
    a_reference(name_zh="=1+1 占比", source="=cmd()")
    return ids


def test_no_export_is_forgotten(app: Flask) -> None:
    named = {
        rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[2].startswith("export_")
    }
    people = {"people.export_person"}  # a ZIP with JSON
    assert named - people == set(EXPORTS)


def test_nothing_that_was_typed_runs_in_excel(finance: Visitor, admin: Visitor, records: dict[str, int]) -> None:
    for endpoint, (named, fields) in EXPORTS.items():
        values = {name: records.get(name, value) for name, value in named.items()}
        who = admin if endpoint.startswith("audit.") else finance
        token = who.visit("/account").now.all("meta", name="csrf-token")[0].get("content")
        for form, dangerous in (("csv", dangerous_csv), ("xlsx", dangerous_xlsx)):
            sent = {"csrf_token": token, "format": form, **fields}
            answer = who.open(who.url(endpoint, **values), "POST", sent)
            assert answer.status_code == 200, (endpoint, answer.status_code, answer.location)
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert dangerous(answer.data) == [], (endpoint, form)


def test_a_planted_formula_is_found() -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "=1+1"  # type: ignore[index]
    kept = BytesIO()
    book.save(kept)
    assert dangerous_xlsx(kept.getvalue()) == ["B2: =1+1"]
    assert dangerous_csv('名称,额\n=cmd(),-5\n"\t=1",+1%\n@a,1'.encode("utf-8-sig")) == ["=cmd()", "\t=1", "@a"]
