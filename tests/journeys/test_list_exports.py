"""Lists that are taken along as files."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from crm.audit import exports
from crm.audit.models import AuditEntry
from crm.lib.money import Amount
from crm.lib.sheets import Kind, Sheet, as_xlsx
from tests.conftest import Work
from tests.factories import WAN, a_deal, a_fund, a_service, a_startup, an_institution
from tests.support.visitor import Visitor


def lines_of(finance: Visitor, path: str) -> list[str]:
    token = finance.visit("deals.list_deals").now.all("meta", name="csrf-token")[0].get("content")
    answer = finance.open(path, "POST", {"csrf_token": token, "format": "csv"})
    assert answer.status_code == 200, path
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return answer.data.decode("utf-8-sig").splitlines()


def test_a_file_holds_exactly_the_rows_of_the_list_in_its_order_and_runs_no_formula(
    finance: Visitor, work: Work
) -> None:
    for name, stage in (("=cmd()", "seed"), ("衡汐智能", "seed"), ("星渠算力", "mature")):
        a_startup(name, growth_stage=stage, seeking=Amount.exactly(300 * WAN), joined_on=date(2026, 1, 2))
    path = "/startups/export?growth_stage=seed&sort=name&down=1"
    heading, *rows = lines_of(finance, path)
    assert heading.startswith("Startup,Short name,Sector")
    assert [row.split(",")[0] for row in rows] == ["衡汐智能", "'=cmd()"]
    assert "3000000.00,3000000.00" in rows[0]
    with work() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "took")).one()
        assert entry.record_name == "Startups · 2"


def test_every_list_names_in_its_file_what_its_page_shows(finance: Visitor) -> None:
    house = an_institution("临渚创投")
    startup = a_startup("衡汐智能")
    a_deal(startup, house, stage="met", next_step="补财务底稿")
    a_fund("临渚一号", [house])
    a_service(startup)
    expected = {
        "/deals/export": "衡汐智能,临渚创投,A,Met",
        "/institutions/export": "临渚创投",
        "/funds/export": "临渚一号",
        "/services/export": "衡汐智能",
    }
    for path, told in expected.items():
        assert told in lines_of(finance, path)[1], path


def test_days_are_days_in_a_workbook_and_text_where_no_workbook_knows_them(finance: Visitor) -> None:
    a_startup("衡汐智能", joined_on=date(2026, 1, 2))
    token = finance.visit("startups.list_startups").now.all("meta", name="csrf-token")[0].get("content")
    told = finance.open("/startups/export", "POST", {"csrf_token": token, "format": "xlsx"}).data
    sheet = openpyxl.load_workbook(BytesIO(told)).active
    assert sheet is not None
    cell = sheet["J2"]
    assert (cell.is_date, str(cell.value)[:10], cell.number_format) == (True, "2026-01-02", "yyyy-mm-dd")
    old = Sheet([""], [("Day", Kind.DAY)], [[date(1899, 12, 31)], [date(1900, 1, 1)]])
    cells = openpyxl.load_workbook(BytesIO(as_xlsx(old))).active
    assert cells is not None
    assert [(one.is_date, str(one.value)[:10]) for one in (cells["A2"], cells["A3"])] == [
        (False, "1899-12-31"),
        (True, "1900-01-01"),
    ]


def test_a_list_that_is_too_long_for_a_file_says_so_on_its_page(
    finance: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST", 1)
    a_startup("衡汐智能")
    a_startup("星渠算力")
    page = finance.visit("startups.list_startups").submit("Excel")
    assert "More than 1 rows match" in page.text
