"""A report to make again: by hand, by the calendar, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from python_calamine import CalamineWorkbook

from crm.accounts.models import Account, Role
from crm.admin.actions import draw_stamp
from crm.core.outbox import Mail, outbox
from crm.core.storage import storage
from crm.reports import jobs, recipes
from crm.reports.models import Download, Edition, Recipe, Report
from crm.reports.periods import SPANS
from crm.reports.recipes import About, RecipeValues
from crm.services.models import Service
from crm.settings.models import Platform
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import AT, a_service, a_startup, an_account
from tests.reports.test_jobs import worked
from tests.support.visitor import Visitor

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    """The pages' clock stands where the examples end."""
    with time_machine.travel(AT):
        yield


def a_recipe(work: Work, account: Account, **values: object) -> int:
    told = {"name": "月报", "span": "last_month", "language": "zh", **values}
    with work():
        return recipes.add_recipe("summary", About(), RecipeValues(**told), by=account, at=AT).id  # type: ignore[arg-type]


def made(work: Work, recipe_id: int) -> list[tuple[date, date]]:
    with work() as session:
        found = session.execute(
            sa.select(Report.from_day, Report.to_day).where(Report.recipe_id == recipe_id).order_by(Report.id)
        )
        return [tuple(row) for row in found]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("month", "2026-03-01", "2026-03-31"),
        ("last_month", "2026-02-01", "2026-02-28"),
        ("quarter", "2026-01-01", "2026-03-31"),
        ("last_quarter", "2025-10-01", "2025-12-31"),
        ("last_year", "2025-01-01", "2025-12-31"),
        ("last_week", "2026-03-23", "2026-03-29"),
    ],
)
def test_a_span_means_days(span: str, first: str, last: str) -> None:
    period = SPANS[span].on(date(2026, 3, 31))
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


def test_a_missed_run_is_made_up_once_and_two_schedulers_make_one(app: Flask, work: Work) -> None:
    recipe_id = a_recipe(work, an_account(), schedule="monthly")
    with app.app_context():
        jobs.make_due_reports(AT)
        assert made(work, recipe_id) == [], "the first of June was before the recipe"
        months_later = datetime(2026, 9, 20, 8, tzinfo=AT.tzinfo)
        with time_machine.travel(months_later):
            for _ in range(2):
                jobs.make_due_reports(months_later)
    assert made(work, recipe_id) == [(date(2026, 8, 1), date(2026, 8, 31))]


def test_a_scheduled_report_is_mailed_to_its_readers(app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "url", "smtp://localhost")
    monkeypatch.setattr(outbox, "sender", "crm@example.cn")
    manager, left = an_account(Role.MANAGER), an_account(Role.MANAGER)
    with work() as session:
        session.get_one(Account, manager.id).email = "m@example.cn"
        session.get_one(Account, left.id).email = "l@example.cn"
        session.get_one(Account, left.id).disabled_at = AT
    a_recipe(work, manager, schedule="weekly", span="last_week", reader_ids=(manager.id, left.id))
    with app.app_context(), time_machine.travel(AT + WEEK):
        jobs.make_due_reports(AT + WEEK)
    worked(app)
    with work() as session:
        letters = session.execute(sa.select(Mail.recipient, Mail.plain)).all()
    assert [recipient for recipient, _ in letters] == ["m@example.cn"]
    assert "/reports/" in letters[0].plain


def test_a_manager_keeps_a_recipe_and_makes_its_report_again(app: Flask, manager: Visitor) -> None:
    manager.visit("reports.make_report", name="summary").submit("Make the report")
    worked(app)
    manager.visit(manager.now.url).click("Keep as a recipe")
    manager.submit("Keep the recipe", name="平台月报", span="month", schedule="monthly")
    assert manager.now.h1 == "平台月报"
    manager.submit("Make it now")
    assert "2026-06-01 to 2026-06-12" in manager.text
    assert "On the first of each month" in manager.visit("reports.list_recipes").text
    manager.click("平台月报").click("Edit").submit("Save", name="平台每月报告", schedule="")
    assert "Only by hand" in manager.text
    manager.submit("Move to the bin")
    assert "No recipe yet" in manager.text
    manager.submit("Undo")
    assert "平台每月报告" in manager.visit("reports.list_recipes").text


def test_two_reports_are_compared_figure_by_figure(app: Flask, manager: Visitor) -> None:
    a_service(a_startup("上海衡汐智能科技有限公司"), happened_on=date(2026, 2, 1))
    manager.visit("reports.make_report", name="summary").submit("Make the report", to_day="2026-03-31", language="en")
    a_service(a_startup("上海墨衍计算技术有限公司"), happened_on=date(2026, 5, 1))
    manager.visit("reports.make_report", name="summary").submit("Make the report", to_day="2026-06-01", language="en")
    worked(app)
    manager.visit(manager.now.url).click("What changed")
    rows = {row[0]: row[1:4] for row in manager.now.rows}
    assert rows["Completed services"] == ["1", "2", "+1"]
    assert rows["Introductions"][2] in ("=", "0")
    assert rows["The services"] == ["1", "0", "1"]


def test_a_report_keeps_the_rows_that_it_showed_and_a_later_one_says_why_it_differs(
    app: Flask, manager: Visitor, work: Work
) -> None:
    """Two companies were served; a day later one of the services is gone, and two of March were entered."""
    names = [f"上海第{one}智能科技有限公司" for one in "一二三四"]
    startups = [a_startup(name) for name in names]
    services = [a_service(one, happened_on=date(2026, 2, 1)) for one in startups[:2]]
    first = an_annual_report(app, manager)
    kept = [manager.open(first + end).data for end in ("/file", "/data/xlsx")]
    with work() as session:
        session.get_one(Service, services[0].id).archived_at = AT
        session.get_one(Startup, startups[1].id).name = "上海改名智能科技有限公司"
    for one in startups[2:]:
        a_service(one, happened_on=date(2026, 3, 1))
    next_day = AT + timedelta(hours=10)
    with time_machine.travel(next_day):
        second = an_annual_report(app, manager)
        assert [manager.open(first + end).data for end in ("/file", "/data/xlsx")] == kept
        assert served_in(kept[1]) == names[:2]
        assert served_in(manager.open(second + "/data/xlsx").data) == ["上海改名智能科技有限公司", *names[2:]]
        page = manager.visit(second + "/compare").now
    rows = {row[0]: row[1:] for row in page.rows}
    assert rows["Companies served"][:3] == ["2", "1", "1"], "only in the later, only in the earlier, in both"
    figures = next(row for row in page.rows if row[0] == "Companies served" and row[3] == "+1")
    assert figures[1:] == ["2", "3", "+1", "late entries +2, no longer counted -1 Row by row"]


def an_annual_report(app: Flask, manager: Visitor) -> str:
    """The address of one."""
    manager.visit("reports.make_report", name="annual").submit("Make the report", language="en")
    worked(app)
    return str(manager.now.url)


def served_in(workbook: bytes) -> list[str]:
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_name("Companies served").to_python()
    return sorted(str(row[1]) for row in rows[1:])


def test_two_reports_of_one_period_are_told_apart_by_their_numbers(app: Flask, manager: Visitor) -> None:
    for _ in range(2):
        manager.visit("reports.make_report", name="summary").submit("Make the report", language="en")
    worked(app)
    manager.visit(manager.now.url).click("What changed")
    earlier, later = manager.now.rows[0][1:3]
    assert earlier.startswith("FW-")
    assert earlier != later


def test_a_preview_is_no_report_until_it_is_kept(app: Flask, manager: Visitor, work: Work) -> None:
    manager.visit("reports.make_report", name="summary").submit("Preview")
    worked(app)
    shown = manager.visit(manager.now.url).now
    assert "This is a preview" in shown.text
    assert shown.all("img")
    assert "No report yet" in manager.visit("reports.list_reports").text
    manager.visit(shown.url).submit("Keep it")
    assert len(manager.visit("reports.list_reports").now.rows) == 2, "a heading and the report"


def test_who_took_a_report_along_is_written_down(app: Flask, manager: Visitor, work: Work) -> None:
    url = manager.visit("reports.make_report", name="summary").submit("Make the report").now.url
    worked(app)
    manager.open(f"{url}/file")
    manager.open(f"{url}/data/xlsx")
    with work() as session:
        assert session.scalars(sa.select(Download.what).order_by(Download.id)).all() == ["pdf", "xlsx"]
    assert "Who took it along 2" in manager.visit(url).text


def test_old_reports_and_drafts_leave_with_files_that_nobody_else_uses(
    app: Flask, manager: Visitor, work: Work
) -> None:
    manager.visit("reports.make_report", name="summary").submit("Make the report")
    manager.visit("reports.make_report", name="summary").submit("Preview", language="en")
    worked(app)
    with work() as session:
        kept, draft = session.scalars(sa.select(Edition).order_by(Edition.id)).all()
    with app.app_context():
        jobs.tidy_archive(0, AT + timedelta(days=3))
        assert storage.has(kept.file_key)
        assert not storage.has(draft.file_key)
        jobs.tidy_archive(30, AT + timedelta(days=31))
        assert not storage.has(kept.file_key)
    with work() as session:
        assert session.scalars(sa.select(Report)).all() == []
        assert session.scalars(sa.select(Recipe)).all() == []


def test_files_that_two_documents_share_stay_until_the_last_of_them_leaves(
    app: Flask, manager: Visitor, work: Work
) -> None:
    manager.visit("reports.make_report", name="summary").submit("Make the report")
    worked(app)
    with work() as session:  # another look: another document, the same data
        session.scalars(sa.select(Platform)).one().report_colour = "#7a1f1f"
        draw_stamp()
    manager.visit("reports.make_report", name="summary").submit("Preview")
    worked(app)
    with work() as session:
        kept, draft = session.scalars(sa.select(Edition).order_by(Edition.id)).all()
    assert kept.data_key == draft.data_key is not None
    with app.app_context():
        jobs.tidy_archive(0, AT + timedelta(days=3))
    assert not storage.has(draft.file_key)
    assert storage.has(kept.data_key)
