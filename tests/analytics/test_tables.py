"""Tables are taken along as files with typed cells and as text, under the same filters and for the same day."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from werkzeug.test import TestResponse

from crm.audit.models import AuditEntry
from crm.lib.money import Amount
from crm.lib.sheets import Kind, Sheet, as_csv, as_text, as_xlsx
from tests.analytics.conftest import Tell
from tests.conftest import Work
from tests.factories import AT, WAN, an_institution
from tests.support.visitor import Visitor

HOSTILE = Sheet(
    ["Funnel", "As of 2026-06-12"],
    [("Name", Kind.TEXT), ("Deals", Kind.COUNT), ("Part", Kind.SHARE), ("Sum", Kind.MONEY)],
    [["=cmd()", 1200, 0.5, 1234.5], ["会面\x00", 0, None, None]],
)


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def test_a_file_has_typed_cells_and_runs_no_text() -> None:
    sheet = openpyxl.load_workbook(BytesIO(as_xlsx(HOSTILE))).active
    assert sheet is not None
    (head, first, second) = sheet.iter_rows()
    assert [cell.value for cell in head] == ["Name", "Deals", "Part", "Sum"]
    assert [(cell.value, cell.data_type) for cell in first] == [("=cmd()", "s"), (1200, "n"), (0.5, "n"), (1234.5, "n")]
    assert first[2].number_format == "0.0%"
    assert [cell.value for cell in second] == ["会面", 0, None, None]
    lines = as_csv(HOSTILE).decode("utf-8-sig").splitlines()
    assert lines == ["Name,Deals,Part,Sum", "'=cmd(),1200,50.0%,1234.50", "会面,0,,"]
    assert as_csv(Sheet([""], [("＝cmd()", Kind.TEXT)], [])).decode("utf-8-sig").startswith("'＝")
    assert as_text(HOSTILE).splitlines()[3] == "=cmd(): Deals 1,200 · Part 50% · Sum 1,234.50"


def taken(manager: Visitor, path: str, kind: str) -> TestResponse:
    token = manager.visit("analytics.show_funnel").now.all("meta", name="csrf-token")[0].get("content")
    return manager.open(path, "POST", {"csrf_token": token, "format": kind})


def test_every_table_is_taken_along_as_its_page_shows_it_and_the_history_says_so(
    manager: Visitor, told: Tell, work: Work
) -> None:
    told(("referred", 0), ("met", 9), institution=an_institution("临渚创投"), intended=Amount(WAN, 2 * WAN))
    for name in ("funnel", "groups", "cohorts", "reasons", "institutions", "forecast", "weights"):
        sheet = openpyxl.load_workbook(BytesIO(taken(manager, f"/analytics/{name}/table?by=kind", "xlsx").data)).active
        assert sheet is not None
        assert sheet.max_row > 1, name
    manager.visit("analytics.show_institutions", period="all")
    csv = taken(manager, manager.now.form_of("CSV")[0].get("action") or "", "csv")
    assert csv.headers["Content-Disposition"].startswith("attachment")
    assert csv.data.decode("utf-8-sig").splitlines()[1] == "临渚创投,1,1,1,100.0%,1,9,1,0,0"
    text = manager.visit("analytics.copy_table", name="forecast").text
    assert "As of 2026-06-12" in text
    assert "All: Active deals 1 · Undisclosed 0 · Intended CNY 10K – CNY 20K" in text
    assert manager.open("/analytics/nonsense/text").status_code == 404
    assert taken(manager, "/analytics/funnel/table", "pdf").status_code == 404
    with work() as session:
        entries = session.scalars(sa.select(AuditEntry.record_name).where(AuditEntry.verb == "took")).all()
        assert (len(entries), entries[-1]) == (8, "Response of each institution · 1")


def test_figures_are_asked_for_as_of_a_day(manager: Visitor, told: Tell) -> None:
    told(("referred", 0), ("met", 9), ("met", 40, "passed"))
    told(("referred", 60))
    (met,) = [row for row in manager.visit("analytics.show_funnel", as_of="2026-01-20").now.rows if row[0] == "Met"]
    assert (met[1], met[-1]) == ("1", "1"), "on that day it was active at the meeting"
    assert "1 introduction" in manager.text
    assert manager.now.links()["Cohorts"].endswith("as_of=2026-01-20")
    passed = "Passed by the institution"
    reasons = manager.visit("analytics.show_reasons", as_of="2026-01-20").now
    assert [row[1] for row in reasons.rows if row[0] == passed] == ["0"]
    assert [row[1] for row in manager.visit("analytics.show_reasons").now.rows if row[0] == passed] == ["1"]
    future = manager.visit("analytics.show_funnel", as_of="2027-01-01")
    assert "This day has not come yet. Shown as of 2026-06-12." in future.text
