"""Managers make summaries, leaders read them, nobody else learns that there are any."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from crm.accounts.models import Role
from crm.core.jobs import Job, JobState
from crm.lib.text import N_
from crm.lib.translations import translator
from crm.reports.models import Report
from tests.conftest import Work
from tests.factories import AT, TODAY, an_account
from tests.reports.examples import a_busy_startup
from tests.reports.test_jobs import report_and_job, worked
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

WITHDRAWN = N_("This profile is no longer published.")
UNKNOWN = "No startup is called “%s”. Choose one of the list, or add it first."


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    """The pages' clock stands where the examples end."""
    with time_machine.travel(AT):
        yield


def test_a_manager_makes_follows_and_downloads_a_summary(app: Flask, manager: Visitor) -> None:
    a_busy_startup()
    manager.visit("reports.make_report", name="summary", startup="衡汐智能")
    assert manager.now.value_of("Startup") == "衡汐智能"
    manager.submit("Make the report", from_day="2026-01-01", to_day="2026-05-31", language="both")
    assert "Working on it" in manager.text
    job = manager.now.all("div", id="job")[0]
    assert job.get("hx-get") == manager.now.url
    worked(app)
    manager.visit(manager.now.url)
    assert "衡汐智能" in manager.now.h1
    answer = manager.open(manager.now.links()["Download the PDF"])
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    name = unquote(answer.headers["Content-Disposition"].rpartition("''")[2])
    assert name == "Summary of services_衡汐智能_2026-01-01_2026-05-31.pdf"
    pages = len(PdfReader(BytesIO(answer.data)).pages)
    assert re.search(rf"Number of pages ?{pages}\b", manager.text)
    assert any("衡汐智能" in row[0] and "Done" in row for row in manager.visit("reports.list_reports").now.rows)


def test_the_form_asks_for_the_name_that_its_subject_needs(manager: Visitor) -> None:
    labels = {label.get("for") for label in manager.visit("reports.make_report", name="summary").now.all("label")}
    assert {"from_day", "to_day"} <= labels
    assert not {"startup", "institution"} & labels
    manager.click("An institution")
    assert manager.now.field("Institution").get("data-suggest") == "/institutions/suggest"


def test_the_usual_periods_fill_the_days_and_keep_the_subject(manager: Visitor) -> None:
    a_busy_startup()
    manager.visit("reports.make_report", name="summary", startup="衡汐智能").click("Last year")
    assert manager.now.value_of("Startup") == "衡汐智能"
    assert (manager.now.value_of("From"), manager.now.value_of("To")) == ("2025-01-01", "2025-12-31")
    manager.click("Since the beginning")
    assert manager.now.value_of("From") == "2025-12-01"


@pytest.mark.parametrize(
    ("typed", "label", "error"),
    [
        (
            {"startup": "没有这家"},
            "Startup",
            UNKNOWN % "没有这家",
        ),
        ({"startup": ""}, "Startup", "Fill this in."),
        ({"from_day": "2026-06-01", "to_day": "2026-05-01"}, "To", "The period ends before it begins."),
        ({"to_day": "2026-07-01"}, "To", "This day has not come yet."),
        ({"from_day": "2026-02-30"}, "From", "“2026-02-30” is not in the calendar"),
    ],
)
def test_what_cannot_be_made_is_refused_next_to_the_field(
    manager: Visitor, typed: dict[str, str], label: str, error: str
) -> None:
    a_busy_startup()
    manager.visit("reports.make_report", name="summary", startup="衡汐智能").submit("Make the report", **typed)
    assert manager.status == 422
    assert manager.now.error_of(label) == error


def test_a_form_sent_twice_makes_one_report(manager: Visitor) -> None:
    manager.visit("reports.make_report", name="summary")
    first = manager.now
    manager.submit("Make the report")
    once = manager.now.url
    manager.page = first
    manager.submit("Make the report")
    assert manager.now.url == once


def failed(app: Flask, work: Work, url: str, **values: Any) -> Report:
    """Let the job behind a report's page have failed."""
    report, job = report_and_job(app, int(url.rpartition("/")[2]))
    with work() as session:
        kept = session.get_one(Job, job.id)
        for name, value in {"state": JobState.FAILED, "refusal": [], "error": "", **values}.items():
            setattr(kept, name, value)
    return report


def test_a_failed_report_says_why_and_offers_to_make_it_again(app: Flask, work: Work, manager: Visitor) -> None:
    a_busy_startup()
    url = (
        manager.visit("reports.make_report", name="summary", startup="衡汐智能")
        .submit("Make the report", language="en")
        .now.url
    )
    failed(app, work, url, refusal=[["The font %(name)s is missing. Run: ./dev setup", {"name": "x.ttf"}]])
    assert "The font x.ttf is missing." in manager.visit(url).text
    assert manager.open(f"{url}/file").status_code == 404
    manager.click("Make it again")
    assert manager.now.value_of("Startup") == "上海衡汐智能科技有限公司"


def test_an_unknown_error_is_told_with_the_number_and_without_the_trace(
    app: Flask, work: Work, manager: Visitor
) -> None:
    url = manager.visit("reports.make_report", name="summary").submit("Make the report").now.url
    report = failed(app, work, url, error="Traceback (most recent call last)")
    assert f"tell an administrator its number, {report.number}." in manager.visit(url).text
    assert "Traceback" not in manager.now.html


def test_a_failure_is_told_in_the_readers_language(app: Flask, work: Work, manager: Visitor) -> None:
    url = manager.visit("reports.make_report", name="summary").submit("Make the report").now.url
    failed(app, work, url, refusal=[[WITHDRAWN.text, {}]])
    chinese = Visitor(app).signed_in_as(an_account(Role.MANAGER, language="zh_CN")).visit(url)
    assert translator("zh_CN")(WITHDRAWN) in chinese.text
    assert WITHDRAWN.text not in chinese.text


def test_leaders_read_and_download_but_do_not_make(
    app: Flask, manager: Visitor, as_role: Callable[..., Visitor]
) -> None:
    leader = as_role("leader")
    assert "Make a report" not in leader.visit("reports.list_reports").now.links()
    manager.visit("reports.make_report", name="summary").submit("Make the report")
    worked(app)
    assert "Download the PDF" in leader.visit(manager.now.url).now.links()
    assert leader.open(f"{manager.now.url}/file").status_code == 200
    assert leader.open("/reports/new/summary").status_code == 403


@pytest.mark.parametrize("role", ["finance", "admin", "investor"])
def test_others_have_no_reports(app: Flask, manager: Visitor, as_role: Callable[..., Visitor], role: str) -> None:
    manager.visit("reports.make_report", name="summary").submit("Make the report")
    worked(app)
    other = as_role(role)
    assert other.open("/reports/").status_code == 403
    assert other.open("/reports/new/summary").status_code == 403
    for path in (manager.now.url, f"{manager.now.url}/file"):
        assert other.open(path).status_code == other.open(path.replace("/reports/", "/reports/9")).status_code == 404


def test_the_empty_list_says_what_reports_are_for(manager: Visitor) -> None:
    manager.visit("reports.list_reports")
    assert "No report yet" in manager.text
    assert "Make a report" in manager.now.links()


def test_ten_reports_cost_as_many_statements_as_one(app: Flask, work: Work, manager: Visitor) -> None:
    def listed() -> int:
        with counted_statements(app) as statements:
            manager.visit("reports.list_reports")
        return len(statements)

    startup, names = a_busy_startup()
    add_reports(work, manager, 1, startup.id, None)
    one = listed()
    add_reports(work, manager, 9, None, names["临渚"].id)
    assert listed() == one


def add_reports(work: Work, visitor: Visitor, number: int, startup_id: int | None, institution_id: int | None) -> None:
    assert visitor.account is not None
    with work() as session:
        session.add_all(
            Report(
                kind="summary",
                title="名",
                startup_id=startup_id,
                institution_id=institution_id,
                from_day=TODAY,
                to_day=TODAY,
                language="zh",
                made_by_id=visitor.account.id,
                made_at=AT,
            )
            for _ in range(number)
        )


def test_the_workbook_says_what_the_pdf_says(app: Flask, manager: Visitor) -> None:
    a_busy_startup()
    manager.visit("reports.make_report", name="summary", startup="衡汐智能")
    manager.submit("Make the report", from_day="2026-01-01", to_day="2026-05-31", language="en")
    worked(app)
    manager.visit(manager.now.url)
    answer = manager.open(manager.now.links()["As workbook (XLSX)"])
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    figures = {row[0]: row[1] for row in book.get_sheet_by_name("Figures").to_python()[1:]}
    assert figures["Completed services"] == 4
    assert figures["Introductions"] == 3
    assert figures["Signed amount"] == 30_000_000
    services = book.get_sheet_by_name("The services").to_python()
    assert services[0] == ["Group", "Date", "Service", "Content", "With", "Outcome", "Amount, yuan"]
    assert services[1][1] == date(2026, 2, 1)
    deals = book.get_sheet_by_name("Introductions").to_python()
    assert [row[1] for row in deals[1:]] == [
        "松间（上海）创业投资有限公司",
        "临渚（上海）创业投资有限公司",
        "沧屿（上海）创业投资有限公司",
        "北斛（上海）创业投资有限公司",
    ]
    assert deals[0][6:] == ["Signed, yuan", "Received, yuan"]
    assert deals[2][6:] == [30_000_000, 10_000_000]
    assert "Amount, yuan" in book.get_sheet_by_name("Services by category").to_python()[0]


def test_the_csv_files_are_the_sheets(app: Flask, manager: Visitor) -> None:
    a_busy_startup()
    manager.visit("reports.make_report", name="summary", startup="衡汐智能").submit("Make the report", language="both")
    worked(app)
    answer = manager.visit(manager.now.url).open(manager.now.links()["As CSV files (ZIP)"])
    with ZipFile(BytesIO(answer.data)) as archive:
        names = archive.namelist()
        first = archive.read(names[0]).decode("utf-8-sig")
    assert names[0] == "01 指标.csv"
    assert any("Figures" in name for name in names)
    assert "完成服务" in first
