"""The menu stays as its reader left it, and the keyboard opens all of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_the_fold_opens_by_the_keyboard_and_stays_open_on_the_next_page(open_as: Open) -> None:
    page = open_as("finance", "/startups/")
    people = page.locator(".rail a[href='/people/']")
    expect(people).to_be_hidden()
    page.locator(".rail summary").focus()
    page.keyboard.press("Enter")
    expect(people).to_be_visible()
    page.goto(page.url.replace("/startups/", "/deals/"))
    expect(people).to_be_visible()
    page.locator(".rail summary").click()
    page.reload()
    expect(people).to_be_hidden()
