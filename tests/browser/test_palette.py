"""Ctrl K: found while typing, opened by Enter, quiet while an input method is composing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.factories import a_published_startup, a_startup

pytestmark = [pytest.mark.browser, pytest.mark.once]
FIELD, OPTIONS = "#palette-q", "#palette [role=option]"


def test_initials_and_enter_open_the_record(open_as: Open) -> None:
    startup = a_startup("上海无问芯穹智能科技有限公司", short_name="无问芯穹")
    page = open_as("finance", "/deals/")
    expect(page.locator("html")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type("wwxq")
    chosen = page.locator(f"{OPTIONS}[aria-selected=true]")
    expect(chosen).to_contain_text("无问芯穹")
    expect(page.locator(FIELD)).to_have_attribute("aria-activedescendant", "palette-0")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/startups/{startup.id}")
    assert page.problems == []  # type: ignore[attr-defined]


def test_an_action_is_found_by_its_name_and_by_pinyin(open_as: Open) -> None:
    page = open_as("finance", "/deals/")
    page.keyboard.press("Control+k")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type("jlfw")
    expect(page.locator(OPTIONS).filter(has_text="记录服务")).to_be_visible()
    page.locator(FIELD).fill("log a service")
    page.locator(OPTIONS).filter(has_text="记录服务").click()
    page.wait_for_url("**/services/new")


def test_nothing_fires_while_composing_and_escape_closes(open_as: Open) -> None:
    a_startup("上海无问芯穹智能科技有限公司", short_name="无问芯穹")
    page = open_as("finance", "/deals/")
    page.keyboard.press("Control+k")
    expect(page.locator(OPTIONS).first).to_be_visible()
    composing = "key => new KeyboardEvent('keydown', {key, isComposing: true, bubbles: true, cancelable: true})"
    page.locator(FIELD).evaluate(f"(field) => field.dispatchEvent(({composing})('Enter'))")
    assert page.url.endswith("/deals/")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("无问")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_an_investor_opens_a_profile(open_as: Open) -> None:
    startup = a_published_startup("上海无问芯穹智能科技有限公司", short_name="无问芯穹")
    page = open_as("investor", "/portal/deals/")
    page.locator("[data-open-palette]").click()
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type("问芯")
    expect(page.locator(f"{OPTIONS}[aria-selected=true]")).to_contain_text("无问芯穹")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/portal/startups/{startup.id}")
