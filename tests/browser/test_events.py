"""An event from the list to its services: planned, invited to, checked in by phone without a line, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, Route, expect

from crm.activities.models import Activity
from crm.core.clock import SHANGHAI, now
from crm.core.db import db
from crm.events.models import Arrival, Event, GuestRole
from crm.services.models import Service
from tests.browser.conftest import Hands, Open, until
from tests.browser.test_quick_logging import stated
from tests.conftest import Work
from tests.factories import a_guest, a_startup, an_event, an_institution, writing
from tests.support.chromium import faults

pytestmark = pytest.mark.browser
THIRTY = 30


def running(event: Event) -> Event:
    """The same event, going on at this moment."""
    with writing():
        kept = db.session.get_one(Event, event.id)
        kept.starts_at, kept.ends_at = now() - timedelta(minutes=20), now() + timedelta(hours=1)
    return kept


def on_a_phone(page: Page) -> Page:
    page.set_viewport_size({"width": 375, "height": 812})
    return page


def count(work: Work, kind: type[Activity] | type[Arrival] | type[Service]) -> int:
    with work() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind).where(kind.archived_at.is_(None))) or 0


def end(page: Page) -> None:
    page.get_by_role("link", name="结束活动").first.click()
    page.get_by_role("button", name="结束活动并生成").click()
    expect(page.get_by_role("status").first).to_contain_text("记录了 1 次服务")


def test_an_event_becomes_services(open_as: Open, work: Work) -> None:
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    an_institution("临渚创投")
    page = open_as("finance", "/events/new")
    begins = now().astimezone(SHANGHAI)
    page.fill("#name", "春季专场路演")
    page.select_option("#kind", "roadshow")
    page.fill("#day", begins.date().isoformat())
    page.fill("#begins", f"{begins:%H:%M}")
    page.get_by_role("button", name="创建活动").click()
    page.get_by_role("link", name="邀请").first.click()
    names = page.get_by_role("combobox", name="输入或粘贴名称")
    names.fill("衡汐智能、临渚创投")
    names.press("Enter")
    page.get_by_role("button", name="加入名单").click()
    page.get_by_role("button", name="开放签到").click()
    page.wait_for_url("**/check-in")  # with its script: a tap before that would be a form of its own
    for name in ("衡汐智能", "临渚创投"):
        row(page, name).locator("[data-check-in] button").click()
    expect(page.locator("[data-here]")).to_have_text("2")
    expect(page.locator("#outbox")).to_be_hidden()
    assert faults(page) == []
    end(page)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status").first).to_contain_text("已撤销")
    assert (count(work, Service), count(work, Activity)) == (0, 0)
    end(page)
    assert (count(work, Service), count(work, Activity)) == (1, 1)
    assert count(work, Arrival) == 2
    page.get_by_role("link", name="专场路演").click()
    expect(page.locator("main")).to_contain_text("临渚创投")


def test_thirty_people_are_checked_in_by_thirty_taps(open_as: Open, work: Work) -> None:
    event = running(an_event())
    for _ in range(THIRTY):
        a_guest(event, a_startup(), GuestRole.PRESENTING)
    page = on_a_phone(open_as("finance", f"/events/{event.id}/check-in"))
    hands = Hands(page)
    for button in page.locator("[data-check-in] button").all():
        hands.click(button)
    expect(page.locator("[data-here]")).to_have_text(str(THIRTY))
    expect(page.locator("#outbox")).to_be_hidden()
    expect(page.locator("#outbox")).to_have_attribute("data-waiting", "0")
    page.reload()
    expect(page.locator(".door-list li.is-here")).to_have_count(THIRTY)
    assert count(work, Arrival) == THIRTY
    assert (0, hands.keys, hands.clicks) == stated("现场签到 30 人 / check 30 people in at the door")


def test_entries_wait_on_the_phone_while_the_line_is_down_and_count_once(open_as: Open, work: Work) -> None:
    event = running(an_event())
    for name in ("衡汐智能", "清和数据"):
        a_guest(event, a_startup(short_name=name))
    page = on_a_phone(open_as("finance", f"/events/{event.id}/check-in"))
    cut(page)
    page.fill("#door-q", "hxzn")
    page.press("#door-q", "Enter")
    row(page, "清和数据").locator("[data-check-in] button").click()
    row(page, "清和数据").locator("[data-undo-check-in] button").click()
    page.fill("#name", "陆知秋")
    page.locator("#walk-in button[type=submit]").click()
    expect(page.locator("#outbox")).to_contain_text("4 条签到待发送")
    assert count(work, Arrival) == 0
    page.reload()
    expect(page.locator("#outbox")).to_contain_text("4 条签到待发送")
    expect(page.locator("li.is-here")).to_contain_text("衡汐智能")
    lose_the_answers(page)
    expect(page.locator("#outbox")).to_contain_text("4 条签到待发送")
    page.unroute("**/events/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#outbox")).to_be_hidden()
    expect(page.locator("[data-here]")).to_have_text("1")
    until(page, lambda: count(work, Arrival) == 2)  # the request whose answer was lost may still be under way


def test_an_answer_that_comes_between_two_taps_takes_nobody_off_the_count(open_as: Open, work: Work) -> None:
    event = running(an_event())
    for name in ("衡汐智能", "清和数据"):
        a_guest(event, a_startup(short_name=name))
    page = on_a_phone(open_as("finance", f"/events/{event.id}/check-in"))
    held: list[Route] = []
    page.route("**/events/**", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    for name in ("衡汐智能", "清和数据"):
        row(page, name).locator("[data-check-in] button").click()
    expect(page.locator("[data-here]")).to_have_text("2")
    until(page, lambda: len(held) == 1)
    held[0].continue_()
    until(page, lambda: len(held) == 2)  # the second entry leaves once the first was answered
    assert page.locator("[data-here]").text_content() == "2"
    held[1].continue_()
    expect(page.locator("[data-here]")).to_have_text("2")
    expect(page.locator("#outbox")).to_have_attribute("data-waiting", "0")  # nothing is on its way when the test ends


def test_a_visitor_checks_in_without_a_line(browser: Browser, live_url: str, work: Work) -> None:
    event = running(an_event())
    context = browser.new_context(locale="zh-CN", viewport={"width": 375, "height": 812})
    page = context.new_page()
    address = f"{live_url}/check-in/{event.token}"
    page.goto(address)
    assert faults(page) == []
    page.route("**/check-in/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.fill("#name", "顾南乔")
    page.fill("#organisation", "临渚创投")
    page.check("#consent")
    page.get_by_role("button", name="签到").click()
    expect(page.locator("#outbox")).to_contain_text("1 条签到待发送")
    page.reload()
    expect(page.locator("#outbox")).to_contain_text("1 条签到待发送")
    page.unroute("**/check-in/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("main")).to_contain_text("签到成功")
    with work() as session:
        arrival = session.scalars(sa.select(Arrival)).one()
        assert (arrival.name, arrival.by_visitor, arrival.consent) == ("顾南乔", True, "2026-11")
    context.close()


def row(page: Page, name: str) -> Locator:
    return page.locator(".door-list li", has_text=name)


def cut(page: Page) -> None:
    """No line for what is sent; looking still works, as from a cache."""
    page.route("**/events/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())


def lose_the_answers(page: Page) -> None:
    """What is sent arrives, and the line breaks before the answer comes back."""
    page.unroute("**/events/**")

    def handle(route: object) -> None:
        if route.request.method == "POST":  # type: ignore[attr-defined]
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/events/**", handle)
    with page.expect_event("requestfailed"):
        page.evaluate("dispatchEvent(new Event('online'))")
