"""An investor's ten minutes in Chromium: home, a profile, a note, a question, a meeting, not now and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from crm.accounts.models import Role
from tests.browser.conftest import Open
from tests.factories import a_deal, a_published_startup, an_account, an_institution

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.mark.parametrize("width", [1440, 375])
def test_an_investor_reads_notes_asks_meets_and_passes(open_as: Open, width: int) -> None:
    startup = a_published_startup("上海衡汐智能科技有限公司", short_name="衡汐智能", profile="适配 23 款端侧芯片")
    institution = an_institution("临渚创投")
    a_deal(startup, institution, stage="referred")
    page = open_as(an_account(Role.INVESTOR, institution.id), "/portal/")
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.get_by_role("heading", name="To answer")).to_be_visible()
    page.get_by_role("link", name="衡汐智能").first.click()
    page.get_by_role("link", name="Note", exact=True).click()
    page.get_by_label("Note for my colleagues").fill("先看毛利率")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_text("先看毛利率")).to_be_visible()
    page.get_by_role("link", name="衡汐智能").click()
    page.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_label("Your question").fill("毛利率是多少？")
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_text("Waiting for an answer")).to_be_visible()
    page.get_by_role("link", name="衡汐智能").click()
    page.get_by_role("link", name="Meet", exact=True).click()
    soon = datetime.now(UTC) + timedelta(days=7)
    page.get_by_label("A time that suits you").fill(f"{soon:%Y-%m-%d}T14:30")
    page.get_by_role("button", name="Ask for the meeting").click()
    expect(page.get_by_text("proposed times:")).to_be_visible()
    page.get_by_role("link", name="衡汐智能").first.click()
    page.get_by_role("link", name="Not now", exact=True).click()
    page.get_by_role("button", name="Not now").click()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("button", name="I am interested")).to_be_visible()
    if width == 375:
        page.get_by_text("More", exact=True).last.click()
        page.get_by_role("link", name="Watching").last.click()
        expect(page.get_by_role("heading", name="Watching")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1440, 375])
def test_what_is_ticked_is_compared_from_where_one_stands(open_as: Open, width: int) -> None:
    for number in range(12):
        a_published_startup(f"上海第{number}号科技有限公司", short_name=f"第{number}号")
    page = open_as(an_account(Role.INVESTOR, an_institution("临渚创投").id), "/portal/startups/")
    page.set_viewport_size({"width": width, "height": 800})
    compare = page.get_by_role("button", name="Compare up to four")
    expect(compare).not_to_be_in_viewport()
    for number in range(2):
        page.get_by_label("Compare 第").nth(number).check()
    expect(compare).to_be_in_viewport(ratio=1)
    compare.click()
    expect(page.locator("thead th")).to_have_count(2)
