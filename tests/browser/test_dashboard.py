"""Cards of the dashboard are dragged in Chromium, by keyboard their buttons do the same; and it is printed."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

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


def test_on_paper_each_page_has_name_day_and_number_and_each_chart_its_table(open_as: Open) -> None:
    page = open_as("manager", "/dashboard/?as_of=2026-06-10", language="en")
    assert not page.get_by_role("table", name="Institutions by activity").is_visible()
    pages = [one.extract_text() for one in PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages]
    for number, text in enumerate(pages, 1):
        assert "Moyuan Capital Services · Dashboard · As of 2026-06-10" in text
        assert f"{number} / {len(pages)}" in text
    assert "Of those at present" in "".join(pages), "a heading of a table that is folded on the screen"
