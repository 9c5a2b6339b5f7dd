"""The board in Chromium: cards move by mouse, keys and finger; others see it, and nobody's move is lost."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from crm.accounts.models import Account, Role
from crm.deals.models import Deal
from tests.browser.conftest import Hands, Open
from tests.browser.test_quick_logging import stated
from tests.conftest import Work
from tests.factories import WAN, a_deal, a_startup, an_account
from tests.support.chromium import faults
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
COMPOSING = """document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key: "m", isComposing: true, bubbles: true }))"""


def card(page: Page, deal: Deal) -> Locator:
    return page.locator(f"#deal-{deal.id}")


def in_lane(page: Page, deal: Deal, stage: str) -> None:
    """Wait until the card lies in a lane, as eyes do."""
    expect(page.locator(f"#lane-{stage} #deal-{deal.id}")).to_be_visible()


def drag(page: Page, deal: Deal, stage: str) -> None:
    """Let go once the card hangs over the lane; between two moves of the mouse a slow machine sees other lanes."""
    start, end = card(page, deal).bounding_box(), page.locator(f"#lane-{stage} ol").bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 60, start["y"] + 30)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 20, steps=3)
    page.mouse.move(end["x"] + 65, end["y"] + 25)
    expect(page.locator(f"#lane-{stage} #deal-{deal.id}")).to_be_attached()
    page.mouse.up()


def another_browser(browser: Browser, app: Flask, url: str, account: Account) -> Page:
    """Somebody else at another desk, with the board open."""
    context = browser.new_context(locale="zh-CN")
    cookie = Visitor(app).signed_in_as(account).client.get_cookie("crm")
    assert cookie is not None
    context.add_cookies([{"name": "crm", "value": cookie.value, "url": url}])
    page = context.new_page()
    page.goto(f"{url}/deals/board")
    return page


def test_cards_move_and_others_see_it(open_as: Open, browser: Browser, app: Flask, live_url: str, work: Work) -> None:
    deal = a_deal(a_startup(short_name="衡汐智能"))
    mine = open_as("finance", "/deals/board")
    mine.set_viewport_size({"width": 2700, "height": 900})  # every lane at once: a test's drag does not scroll
    theirs = another_browser(browser, app, live_url, an_account(Role.MANAGER, language="zh_CN"))
    in_lane(theirs, deal, "referred")

    drag(mine, deal, "met")
    in_lane(mine, deal, "met")
    expect(mine.locator("#lane-met > header")).to_contain_text("1")
    expect(theirs.locator(f"#lane-met #deal-{deal.id}")).to_be_visible(timeout=5000)

    mine.get_by_role("button", name="撤销").click()
    in_lane(mine, deal, "referred")
    expect(mine.locator("[data-toast]")).to_contain_text("已撤销")
    expect(theirs.locator(f"#lane-referred #deal-{deal.id}")).to_be_visible(timeout=5000)

    drag(mine, deal, "signed")
    in_lane(mine, deal, "referred")
    form = card(mine, deal).locator("form")
    expect(form).to_contain_text("请填写签约金额")
    expect(form.locator("#signed")).to_be_focused()
    assert faults(mine) == []
    mine.keyboard.type("3000万")
    mine.keyboard.press("Enter")
    in_lane(mine, deal, "signed")
    with work() as session:
        kept = session.get_one(Deal, deal.id)
        assert (kept.stage, kept.signed) == ("signed", 3000 * WAN)

    # Two people, one card: while one has its form open, the other moves it.
    card(theirs, deal).locator(".move").click()
    expect(theirs.locator("#move-stage")).to_be_focused()
    drag(mine, deal, "committee")
    in_lane(mine, deal, "committee")
    theirs.select_option("#move-stage", "met")
    theirs.keyboard.press("Enter")
    in_lane(theirs, deal, "committee")
    expect(card(theirs, deal).get_by_role("alert")).to_contain_text("更新这笔对接")
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "committee"
    theirs.keyboard.press("Escape")
    expect(card(theirs, deal).locator("form")).to_have_count(0)
    theirs.context.close()


def test_moving_a_card_by_keys(open_as: Open, work: Work) -> None:
    deal = a_deal()
    a_deal(stage="met")
    page = open_as("finance", "/deals/board")
    expect(page.locator("body")).to_have_attribute("data-actor", re.compile("."))
    hands = Hands(page)
    hands.press("j")
    expect(card(page, deal).locator(".who a").first).to_be_focused()
    hands.press("m")
    expect(page.locator("#move-stage")).to_be_focused()
    hands.press("Enter")
    in_lane(page, deal, "interested")
    assert (0, hands.keys, hands.clicks) == stated("在看板上移动卡片 / move a card on the board")
    expect(card(page, deal).locator(".who a").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#lane-met .who a").first).to_be_focused()
    page.evaluate(COMPOSING)
    expect(page.locator("[data-move-form]")).to_have_count(0)
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "interested"


def test_moving_a_card_on_a_phone(open_as: Open, work: Work) -> None:
    deal = a_deal(a_startup(short_name="衡汐智能"))
    page = open_as("finance", "/deals/board")
    page.set_viewport_size({"width": 375, "height": 812})
    card(page, deal).get_by_role("link", name=re.compile("移到")).click()
    page.select_option("#move-stage", "met")
    page.get_by_role("button", name="推进", exact=True).click()
    expect(page.locator("[data-toast]")).to_contain_text("会面")
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "met"
    assert page.problems == []  # type: ignore[attr-defined]
