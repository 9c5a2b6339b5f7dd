"""A data room in a real browser: files go one by one, again where the line broke; a reader sees pages, not files."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from crm.accounts.models import Role
from tests.browser.conftest import Open, until
from tests.dataroom.files import a_pdf
from tests.factories import a_grant, a_paper, a_published_startup, a_room, an_account, an_institution, some_terms
from tests.support.chromium import faults

pytestmark = [pytest.mark.browser, pytest.mark.once]
LOADED = "() => [...document.querySelectorAll('.report-page')].every((one) => one.complete && one.naturalWidth > 300)"


def chosen(name: str, content: bytes, media_type: str = "application/pdf") -> Any:
    return {"name": name, "mimeType": media_type, "buffer": content}


PIECE = "**/rooms/pieces/*"


def lose_some(page: Page, *lost: int) -> list[Route]:
    """Some pieces, counted from 0, reach the server, but the browser never hears of it; returns all that were sent."""
    seen: list[Route] = []

    def pass_on(route: Route) -> None:
        seen.append(route)
        if len(seen) - 1 in lost:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(PIECE, pass_on)
    return seen


def test_files_are_sent_with_progress_and_go_on_where_the_line_broke(open_as: Open, worker: None) -> None:
    startup, institution = a_published_startup(), an_institution()
    room = a_room(startup)
    page = open_as("finance", f"/rooms/{room.id}/files/new", "en")
    sent = lose_some(page, 0, 2)
    page.set_input_files(
        "#main input[type=file]",
        [
            chosen("计划书.pdf", a_pdf(2)),
            chosen("坏.svg", b"<svg/>", "image/svg+xml"),
            chosen("大.txt", b"word " * 500_000, "text/plain"),
        ],
    )
    page.locator("main .btn-primary").click()
    lines = page.locator("[data-sending] li")
    expect(lines.nth(0)).to_contain_text("taken")
    expect(lines.nth(1)).to_contain_text("坏.svgThis is no PDF")
    expect(lines.nth(2)).to_contain_text("taken", timeout=15_000)
    assert len(sent) == 4 + 2, "the two whose answers were lost went again, and no other"
    page.goto(page.url.split("/rooms")[0] + f"/startups/{startup.id}/room")
    expect(page.locator(".room-list").first.locator("li")).to_have_count(2)
    expect(page.locator("main")).not_to_contain_text("v2")
    reads_on_a_phone(open_as, institution, room.id)


def hold_pieces(page: Page, *, but: int) -> list[Route]:
    """The line hangs after the first pieces, and none of the others reaches the server; returns all that were sent."""
    seen: list[Route] = []

    def pass_on(route: Route) -> None:
        seen.append(route)
        if len(seen) <= but:
            route.continue_()

    page.route(PIECE, pass_on)
    return seen


def test_a_file_goes_on_when_the_page_is_opened_again_and_can_be_given_up_by_keyboard(open_as: Open) -> None:
    room = a_room(a_published_startup())
    path = f"/rooms/{room.id}/files/new"
    page = open_as("finance", path, "en")
    page.set_viewport_size({"width": 375, "height": 800})
    large = chosen("大.txt", b"word " * 500_000, "text/plain")
    sent = hold_pieces(page, but=1)
    page.set_input_files("#main input[type=file]", [large])
    page.locator("main .btn-primary").click()
    until(page, lambda: len(sent) == 2)  # the second piece follows what the server says of the first
    page.reload()
    expect(page.locator("main")).to_contain_text("大.txt 41%")
    assert faults(page) == [], "a file of which half was sent"
    page.set_input_files("#main input[type=file]", [large])
    page.locator("main .btn-primary").click()
    give_up = page.get_by_role("button", name="Give up: 大.txt")
    expect(page.locator("[data-sending] .state")).to_have_text(re.compile("(41|83)%"))
    assert faults(page) == [], "while it is sent"
    give_up.press("Enter")
    expect(page.locator("[data-sending] .state")).to_contain_text("given up")
    assert page.evaluate("document.activeElement.tagName") == "LI"
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.reload()
    expect(page.locator("main")).not_to_contain_text("大.txt")
    assert page.problems == []  # type: ignore[attr-defined]


def reads_on_a_phone(open_as: Open, institution: Any, room_id: int) -> None:
    """An investor accepts the terms, and reads pictures of the pages at 375 pixels."""
    some_terms()
    a_paper(institution)
    a_grant(room_id, institution)
    page = open_as(an_account(Role.INVESTOR, institution.id), "/portal/documents/", "en")
    page.set_viewport_size({"width": 375, "height": 800})
    page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_role("link", name="计划书.pdf").click()
    expect(page.locator(".report-page")).to_have_count(2)
    page.wait_for_function(LOADED)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.locator("a[href$='/file']").count() == 0
    assert page.problems == []  # type: ignore[attr-defined]
