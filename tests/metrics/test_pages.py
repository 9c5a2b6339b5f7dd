"""The pages of the figures: two clocks, what changed, what was reported, and the rows taken along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
import python_calamine

from crm.core.clock import day_of, now
from crm.core.db import db
from crm.metrics.definitions import FIGURES, METRICS
from crm.metrics.jobs import look_at_figures
from crm.services.models import Service
from tests.factories import AT, a_deal, a_service, a_startup, writing
from tests.support import world
from tests.support.command import crm
from tests.support.visitor import Visitor

LAST_YEAR = date(2025, 6, 1)


def test_a_manager_reports_a_figure_and_a_late_entry_is_told(manager: Visitor) -> None:
    a_service(happened_on=LAST_YEAR)
    manager.visit("metrics.submit_figure", name="companies_served", as_of="2025-12-31")
    page = manager.submit("Freeze as reported", submitted_to="区金融办", submitted_on="2026-01-05").now
    assert "区金融办" in page.text
    assert "was reported to" not in page.text
    late = a_startup("上海旻喆智能科技有限公司")
    a_service(late, happened_on=date(2025, 7, 1))
    page = manager.visit("metrics.show_metric", name="companies_served", as_of="2025-12-31").now
    told = "As of 2025-12-31, 1 was reported to 区金融办 on 2026-01-05; it reads 2 now. Rows: +1, −0."
    assert told in page.text
    page = manager.click("Why it differs, row by row").now
    assert [late.name, late.short_name or "—", "2025-07-01", "+1"] in page.rows
    assert "Late entries" in page.text
    assert "Corrections" not in page.text


def test_a_figure_that_reads_the_same_by_other_rows_is_told(manager: Visitor) -> None:
    wrong = a_service(happened_on=LAST_YEAR)
    manager.visit("metrics.submit_figure", name="companies_served", as_of="2025-12-31")
    manager.submit("Freeze as reported", submitted_to="区金融办", submitted_on="2026-01-05")
    a_service(happened_on=date(2025, 7, 1))
    with writing():
        db.session.get_one(Service, wrong.id).archived_at = AT
    for page in (
        manager.visit("metrics.show_metric", name="companies_served", as_of="2025-12-31").now,
        manager.visit("ask.show_answer", metric="companies_served").now,
    ):
        assert "it reads the same now, but by other rows. Rows: +1, −1." in page.text


def test_what_was_reported_keeps_its_definition_and_its_rows_when_the_definition_changes(
    manager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    coached = a_startup("上海旻喆智能科技有限公司")
    a_service(coached, happened_on=LAST_YEAR)
    manager.visit("metrics.submit_figure", name="companies_served", as_of="2025-12-31")
    manager.submit("Freeze as reported", submitted_to="区金融办", submitted_on="2026-01-05")
    old = METRICS["companies_served"]
    new = METRICS["companies_served_by_introduction_or_roadshow"]
    changed = replace(old, version=2, definition=new.definition, facts=new.facts)
    monkeypatch.setitem(METRICS, old.name, changed)
    monkeypatch.setitem(FIGURES, old.name, changed)
    a_service(type_zh="算力券", happened_on=LAST_YEAR)
    page = manager.visit("metrics.show_metric", name=old.name, as_of="2025-12-31").now
    assert "it reads 0 now. Rows: +0, −1." in page.text
    assert "Definition version 2" in page.text
    page = manager.click("Why it differs, row by row").now
    assert "Another definition" in page.text
    assert f"Definition version 1: {old.definition}" in page.text
    assert f"Definition version 2: {new.definition}" in page.text
    assert [coached.name, "—", "2025-06-01", "−1"] in page.rows
    known = {"as_of": "2025-12-31", "known_on": day_of(now()).isoformat()}
    page = manager.visit("metrics.show_metric", name=old.name, **known).now
    assert "Definition version 1" in page.text
    assert len(page.rows) == 2


def test_reporting_what_has_not_come_is_refused_beside_the_field(manager: Visitor) -> None:
    tomorrow = day_of(now()) + timedelta(days=1)
    manager.visit("metrics.submit_figure", name="companies_served")
    page = manager.submit("Freeze as reported", submitted_to="区金融办", as_of=tomorrow.isoformat()).now
    assert page.status == 422
    assert page.error_of("As of") == "This day has not come yet."


def test_taking_a_report_back_can_be_undone(manager: Visitor) -> None:
    manager.visit("metrics.submit_figure", name="companies_served").submit(
        "Freeze as reported", submitted_to="区金融办"
    )
    page = manager.submit("Take back").now
    assert "was not reported to anybody yet" in page.text
    page = manager.submit("Undo").now
    assert "区金融办" in manager.visit("metrics.show_metric", name="companies_served").now.text


def test_finance_staff_see_figures_but_do_not_report_them(finance: Visitor) -> None:
    page = finance.visit("metrics.show_metric", name="companies_served").now
    assert "Mark as reported" not in page.text
    assert finance.open("/metrics/companies_served/submit").status_code == 403


def test_a_figure_is_asked_as_it_was_known(finance: Visitor) -> None:
    page = finance.visit("metrics.show_metric", name="companies_served", known_on="2026-01-01").now
    assert page.error_of("As known on") == "Nothing was recorded yet: the worker records the figures each night."
    a_service(happened_on=LAST_YEAR)
    for _ in range(2):  # the second time that day does nothing
        with world.app.app_context():
            look_at_figures(now())
    a_service(happened_on=LAST_YEAR)
    today = day_of(now()).isoformat()
    page = finance.visit("metrics.show_metric", name="companies_served", known_on=today).now
    assert "as known on" in page.text
    assert len([row for row in page.rows if "2025-06-01" in row]) == 1
    page = finance.visit("metrics.show_metric", name="companies_served").now
    assert len([row for row in page.rows if "2025-06-01" in row]) == 2


def test_every_figure_is_listed_and_opens(as_role: Callable[..., Visitor]) -> None:
    leader = as_role("leader")
    links = leader.visit("metrics.list_metrics").now.links()
    for metric in FIGURES.values():
        assert leader.open(links[str(metric.title)]).status_code == 200


def test_the_rows_are_taken_along_with_typed_cells(finance: Visitor) -> None:
    a_deal(a_startup("=1+1科技有限公司"), stage="signed", signed=12_345_678, happened_on=date(2026, 2, 1))
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(exported(finance, "xlsx")))
    head, row = book.get_sheet_by_index(0).to_python()
    assert head == ["Startup", "Institution", "Signed on", "Amount (CNY)"]
    assert (row[0], row[2], row[3]) == ("=1+1科技有限公司", date(2026, 2, 1), 123_456.78)
    lines = exported(finance, "csv").decode("utf-8-sig").splitlines()
    assert lines[1].startswith("'=1+1科技有限公司,")


def exported(finance: Visitor, kind: str) -> bytes:
    page = finance.visit("metrics.show_metric", name="amount_signed_to_date", as_of="2026-12-31").now
    form, _button = page.form_of({"xlsx": "Excel", "csv": "CSV"}[kind])
    return finance.open(str(form.get("action")), "POST", page.fields_of(form) | {"format": kind}).data


def test_what_changed_is_taken_along_class_by_class_and_adds_up(
    finance: Visitor, as_role: Callable[..., Visitor]
) -> None:
    """One deal was signed last year and is known, one of this year comes to it: 300 of 500 yuan."""
    for day, signed in ((date(2025, 2, 1), 20_000), (date(2026, 2, 1), 30_000)):
        a_deal(a_startup(), stage="signed", signed=signed, happened_on=day)
    days = {"from": "2025-12-31", "to": "2026-12-31"}
    page = finance.visit("metrics.show_changes", name="amount_signed_to_date", **days).now
    form, _button = page.form_of("Excel")
    address = str(form.get("action"))
    book = finance.open(address, "POST", page.fields_of(form) | {"format": "xlsx"}).data
    head, *rows = python_calamine.CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert head == ["What changed", "Startup", "Institution", "Signed on", "Effect (CNY)", "Amount before (CNY)"]
    assert [(row[0], row[3], row[4]) for row in rows] == [("Added", date(2026, 2, 1), 300)]
    leader = as_role("leader").visit("metrics.show_changes", name="amount_signed_to_date", **days)
    assert "Excel" not in leader.now.text
    signing_out, _button = leader.now.form_of("Sign out")
    sent = leader.now.fields_of(signing_out) | {"format": "xlsx"}
    assert leader.open(address, "POST", sent).status_code == 403


def test_the_command_records_the_figures(finance: Visitor) -> None:
    a_service()
    told = crm("metrics", "snapshot").output
    assert "companies_served (v1)" in told
    assert crm("metrics", "snapshot", "--as-of", "2199-01-01").exit_code == 1
