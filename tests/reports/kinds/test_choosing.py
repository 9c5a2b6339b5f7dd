"""Every kind of report can be chosen, made with its options, and downloaded as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from python_calamine import CalamineWorkbook

from crm.reports.kinds import KINDS
from crm.reports.models import Report
from tests.conftest import Work
from tests.factories import AT
from tests.reports.examples import a_busy_startup, table_of, told
from tests.reports.test_jobs import worked
from tests.support.visitor import Visitor

CHOSEN = [name for name, kind in KINDS.items() if kind.is_chosen and "round" not in kind.subjects]


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


def test_every_kind_has_a_page_with_its_options(manager: Visitor) -> None:
    for name in CHOSEN:
        manager.visit("reports.make_report", name=name)
        assert all(str(one.label) in manager.text for one in KINDS[name].options)


def test_the_options_that_were_ticked_are_kept_with_the_report(work: Work, manager: Visitor) -> None:
    a_busy_startup()
    manager.visit("reports.make_report", name="startup", startup="衡汐智能")
    manager.submit("Make the report", options=["full", "services"])
    with work() as session:
        assert session.query(Report).one().options == ["full", "services"]


def test_the_workbook_has_facts_figures_and_typed_tables(app: Flask, manager: Visitor) -> None:
    startup, _ = a_busy_startup()
    manager.visit("reports.make_report", name="startup", startup="衡汐智能")
    manager.submit("Make the report", options=["full", "introductions"], language="en")
    worked(app)
    manager.visit(manager.now.url)
    answer = manager.open(manager.now.links()["As workbook (XLSX)"])
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    assert dict(book.get_sheet_by_name("Facts").to_python()[1:])["Headcount"] == "—"
    deals = book.get_sheet_by_name("Introductions").to_python()
    content = told("startup", startup=startup, options=("full", "introductions"))
    assert len(deals) - 1 == len(list(table_of(content, "Introductions").rows)) == 4
