"""What a member of the desk sees first on a phone, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.factories import TODAY, a_deal, a_startup, a_task, an_account

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 375, 812


def on_a_phone(page: Page) -> Page:
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return page


def test_ones_own_deals_begin_within_a_screen_and_a_half_however_much_is_due(open_as: Open) -> None:
    me = an_account(language="zh_CN")
    a_deal(owner_id=me.id)
    for number in range(12):
        a_task(me, f"给第 {number} 家企业回复条款意见", due_on=TODAY)
    page = on_a_phone(open_as(me, "/"))
    heading = page.get_by_role("heading", name="我的在谈对接").bounding_box()
    assert heading
    assert heading["y"] < 1.5 * HEIGHT
    tasks = page.locator("#my-day .timeline > li:visible")
    expect(tasks).to_have_count(5)
    page.get_by_role("link", name="还有 7 项").click()
    expect(tasks).to_have_count(12)
    expect(page.get_by_role("link", name="还有 7 项")).to_be_hidden()


def test_the_tabs_of_a_record_stand_on_one_line_and_the_present_one_is_seen(open_as: Open) -> None:
    page = on_a_phone(open_as("finance", f"/startups/{a_startup().id}"))
    tabs = page.locator("main .tabs")
    lines = "tabs => new Set([...tabs.querySelectorAll(':scope > a')].map(tab => tab.offsetTop)).size"
    assert tabs.evaluate(lines) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    page.goto(page.url + "/history")
    expect(page.locator("main .tabs [aria-current]")).to_be_in_viewport(ratio=0.9)
    page.locator("main .tabs summary").click()
    expect(page.locator("main .tabs .menu-list a").last).to_be_in_viewport(ratio=1)
