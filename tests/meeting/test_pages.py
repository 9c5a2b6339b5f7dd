"""The page of the Monday meeting, and its PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader

from tests.analytics.conftest import Tell
from tests.factories import AT, a_deal, a_startup, a_task, an_account, an_event, an_institution, ref
from tests.reports.test_jobs import worked
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

MOST_STATEMENTS = 12


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.mark.parametrize("role", ["finance", "manager", "leader"])
def test_the_desk_reads_the_week_and_walks_to_the_one_before(
    as_role: Callable[..., Visitor], told: Tell, role: str
) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    told(("referred", 130), ("met", 155), startup=startup)  # 9 June 2026, in the week of 12 June
    visitor = as_role(role).visit("meeting.show_meeting")
    assert "2026-06-08 to 2026-06-14" in visitor.now.text
    assert "Referred → Met" in visitor.now.text
    earlier = visitor.click("Week before").now
    assert "2026-06-01 to 2026-06-07" in earlier.text
    assert "Nothing moved in this week." in earlier.text
    assert ("Make the PDF" in earlier.links()) == (role == "manager")


def test_managers_of_one_brand_are_told_apart(as_role: Callable[..., Visitor]) -> None:
    for name in ("墨池（杭州）投资管理有限公司", "墨池（合肥）资本管理有限公司"):
        a_deal(a_startup(), an_institution(name, short_name="墨池"), happened_on=date(2026, 6, 11))
    page = as_role("finance").visit("meeting.show_meeting").now
    assert "墨池（杭州）投资管理有限公司" in page.text
    assert "墨池（合肥）资本管理有限公司" in page.text


def test_tasks_and_visitors_to_confirm_lead_to_where_they_are_done(as_role: Callable[..., Visitor]) -> None:
    startup, event = a_startup(short_name="衡汐智能"), an_event(name="五月沙龙", day=date(2026, 6, 11))
    a_task(text="催补财务底稿", about=[ref(startup)])
    a_task(text="订会议室")
    finance = as_role("finance")
    finance.visit("events.add_walk_in", event_id=event.id).submit("Check in", name="陆知秋")
    page = finance.visit("meeting.show_meeting").now
    links = page.links()
    assert links["催补财务底稿"] == f"/startups/{startup.id}"
    assert links["订会议室"].startswith("/activities/")
    assert links["五月沙龙"] == f"/events/{event.id}/arrivals"
    assert "Visitors to confirm" in page.text
    assert "1 visitor" in page.text
    assert as_role("leader").visit("meeting.show_meeting").now.links()["五月沙龙"] == f"/events/{event.id}"


def test_ten_moves_cost_as_many_statements_as_one(app: Flask, manager: Visitor, told: Tell) -> None:
    def cost() -> int:
        manager.visit("meeting.show_meeting")
        with counted_statements(app) as sent:
            manager.visit("meeting.show_meeting")
        return len(sent)

    told(("referred", 155))
    one = cost()
    for _ in range(9):
        told(("referred", 150), ("met", 155))
    assert cost() == one
    assert one <= MOST_STATEMENTS


def test_a_manager_takes_the_meeting_along_as_pdf_in_both_languages(app: Flask, manager: Visitor, told: Tell) -> None:
    owner = an_account(name="周牧之")
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    told(("referred", 130), ("signed", 155), startup=startup, owner_id=owner.id)
    manager.visit("meeting.show_meeting").click("Make the PDF").submit("Make the report", language="both")
    worked(app)
    ready = manager.visit(manager.now.url).now
    assert ready.h1 == "Monday meeting · Moyuan Capital Services"
    read = PdfReader(BytesIO(manager.open(ready.links()["Download the PDF"]).data))
    text = " ".join(page.extract_text() for page in read.pages)
    for told_there in ("衡汐智能", "周会", "Monday meeting", "周牧之", "2026-06-08"):
        assert told_there in text
    assert len(read.pages) <= 4, "two pages a language"
    assert any(
        row[0].startswith("Monday meeting") and "Done" in row for row in manager.visit("reports.list_reports").now.rows
    )
