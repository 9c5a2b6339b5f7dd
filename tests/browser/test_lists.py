"""Rows of lists are ticked by hand and by key, and a view is saved in place."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.lists.models import SavedView
from tests.browser.conftest import Open
from tests.conftest import Work
from tests.factories import a_startup

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_rows_are_ticked_by_key_and_by_range_and_the_bar_follows(open_as: Open) -> None:
    for name in "甲乙丙丁":
        a_startup(f"{name}科技")
    page = open_as("finance", "/startups/")
    bar, boxes = page.locator(".bulk"), page.locator("tbody .tick input")
    expect(bar).to_be_hidden()
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(bar).to_contain_text("3")
    assert [boxes.nth(number).is_checked() for number in range(4)] == [True, True, True, False]
    page.locator("[data-tick-all]").click()
    assert all(boxes.nth(number).is_checked() for number in range(4))
    page.locator("[data-bulk-none]").click()
    expect(bar).to_be_hidden()
    boxes.nth(1).click()
    page.locator(".bulk button[value=archive]").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator(".toast-line .undo").click()
    expect(page.locator("tbody tr")).to_have_count(4)


def test_a_view_is_saved_in_place_and_opens_the_list_again(open_as: Open, work: Work) -> None:
    a_startup("上海衡汐智能科技有限公司", sector_layer="compute")
    page = open_as("finance", "/startups/?sector=compute")
    page.locator(".view-bar .menu").first.locator("summary").click()
    page.locator(".view-bar input[name=name]").fill("算力企业")
    with page.expect_response("**/last-view"):
        page.locator(".view-bar input[name=name]").press("Enter")
    with work() as session:
        assert session.scalar(sa.select(SavedView.last_id).where(SavedView.name == "")) is not None
    page.locator(".rail a[href='/startups/']").click()
    expect(page.locator(".view-bar [aria-current=page]")).to_have_text("算力企业")
