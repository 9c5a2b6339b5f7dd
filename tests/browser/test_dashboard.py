"""Cards of the dashboard are dragged in Chromium; by keyboard their buttons do the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.once]


def order(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(".dash > section", "all => all.map(one => one.id.slice(5))")
    return found


def test_a_card_is_dragged_before_another_and_moved_on_by_its_button(open_as: Open) -> None:
    page = open_as("manager", "/dashboard/?arrange=1")
    first, second, third, *_rest = order(page)
    with page.expect_navigation():
        page.locator(f"#card-{second} h2").drag_to(page.locator(f"#card-{first} h2"))
    assert order(page)[:3] == [second, first, third]
    page.locator(f"#card-{third} button[value=up]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert order(page)[:3] == [second, third, first]
