"""The log box under the hands of somebody between two phone calls: keys and clicks counted, names by initials."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.activities.models import Activity, ActivityKind, ActivityLink
from crm.deals.models import Deal
from tests.browser.conftest import Hands, Open
from tests.browser.test_quick_logging import stated
from tests.conftest import Work
from tests.factories import a_deal, a_startup, a_task, an_account, an_institution
from tests.support.chromium import faults

pytestmark = [pytest.mark.browser, pytest.mark.once]


def written(work: Work) -> Activity:
    with work() as session:
        return session.scalars(sa.select(Activity).order_by(Activity.id.desc()).limit(1)).one()


def test_a_note_a_meeting_that_moves_its_deal_and_a_task_with_its_day(open_as: Open, work: Work) -> None:
    startup = a_startup(short_name="衡汐智能")
    deal = a_deal(startup, an_institution(short_name="北斛资本"))

    # a note about the record at hand, from a tab without a box
    page = open_as("finance", f"/startups/{startup.id}/deals")
    hands = Hands(page)
    hands.press("c")
    expect(page.locator("dialog[open] textarea[name=text]")).to_be_focused()
    hands.type("财务负责人变更")
    hands.press("Control+Enter")
    expect(page.locator("[data-toast]")).to_contain_text("已保存")
    assert written(work).kind == ActivityKind.NOTE
    assert (1, hands.keys, hands.clicks) == stated("记一笔 / log a note")

    # a meeting, and the deal goes on
    page.goto(page.url.replace("/deals", "").replace(f"/startups/{startup.id}", f"/deals/{deal.id}"))
    hands = Hands(page)
    hands.press("c")
    hands.type("昨天首次会面")
    hands.click(page.locator("#main label", has_text="会议"))
    page.locator("#main select[name=stage]").select_option("met")
    hands.clicks += 2  # open the list, choose
    expect(page.locator("#main [data-told]")).to_contain_text(re.compile(r"日期：\d{4}-\d\d-\d\d"))
    assert faults(page) == []
    hands.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("昨天首次会面")
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "met"
    assert (2, hands.keys, hands.clicks) == stated("会议并推进对接 / a meeting that moves its deal")

    # a task with its day and a name by its initials
    page.goto(page.url.partition("/deals")[0] + "/")
    hands = Hands(page)
    hands.press("c")
    expect(page.locator("#log-text")).to_be_focused()
    hands.type("下周三回访@hxzn")
    expect(page.locator(".log [role=option]").first).to_contain_text("衡汐智能")
    hands.press("Enter")
    hands.click(page.locator("#main label", has_text="任务"))
    expect(page.locator("#main [data-told]")).to_contain_text("期限：")
    hands.press("Control+Enter")
    expect(page.locator("[data-toast]")).to_contain_text("任务")
    task = written(work)
    assert (task.kind, task.text) == (ActivityKind.TASK, "下周三回访@衡汐智能")
    assert task.due_on is not None
    with work() as session:
        links = session.scalars(sa.select(ActivityLink).where(ActivityLink.activity_id == task.id))
        assert [link.record_id for link in links] == [startup.id]
    assert (1, hands.keys, hands.clicks) == stated("带期限的任务 / a task with its due day")


def test_a_task_is_ticked_off_in_place_and_comes_back(open_as: Open) -> None:
    account = an_account(language="zh_CN")
    a_task(account, "补财务底稿", due_on=date(2020, 1, 2))
    a_task(account, "催投决排期", due_on=date(2020, 1, 3))
    page = open_as(account, "/tasks/")
    page.evaluate("window.stayed = true")
    hands = Hands(page)
    hands.click(page.get_by_role("button", name="完成：补财务底稿"))
    expect(page.locator("#tasks tbody tr")).to_have_count(1)
    expect(page.get_by_role("button", name="完成：催投决排期")).to_be_focused()
    assert page.evaluate("window.stayed") is True
    assert (0, hands.keys, hands.clicks) == stated("完成一项任务 / tick a task off")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#tasks tbody tr")).to_have_count(2)
    assert faults(page) == []
