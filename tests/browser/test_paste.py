"""From WeChat to a logged meeting: the box opens by a key, reads, is confirmed; pictures come from the clipboard."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm.deals.models import Deal
from crm.documents.models import Document
from crm.paste.models import Paste
from tests.browser.conftest import Hands, Open
from tests.browser.test_quick_logging import stated
from tests.conftest import Work
from tests.factories import a_round, a_startup, an_institution
from tests.support.chromium import faults

pytestmark = [pytest.mark.browser, pytest.mark.once]
MEETING = "今天下午临渚创投见了衡汐智能，聊得不错，下周三约技术负责人再聊，意向投1000万"
PASTE_PICTURE = """async (selector) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 20, height: 10 });
  canvas.getContext("2d").fillRect(0, 0, 20, 10);
  const blob = await new Promise((done) => canvas.toBlob(done));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([blob], "image.png", { type: "image/png" }));
  const target = document.querySelector(selector);
  target.focus();
  target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def companies() -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    a_round(startup, "a+")
    an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投")


def paste_text(page: Page, text: str) -> None:
    """What Ctrl+V does with a text in the clipboard."""
    page.keyboard.insert_text(text)


def test_logging_a_meeting_from_wechat(open_as: Open, work: Work) -> None:
    companies()
    page = open_as("finance", "/startups/")
    hands = Hands(page)
    hands.press("v")
    expect(page.locator("#quick-text")).to_be_focused()
    paste_text(page, MEETING)
    hands.keys += 1  # Ctrl+V
    hands.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("核对读到的内容")
    expect(page.locator("#p0-institution")).to_have_value("临渚（上海）创业投资有限公司")
    hands.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("已从粘贴内容保存")
    with work() as session:
        assert session.scalars(sa.select(Deal)).one().stage == "met"
    assert page.problems == []  # type: ignore[attr-defined]
    assert (0, hands.keys, hands.clicks) == stated("从微信记录一次会面 / log a meeting from WeChat")


def test_the_key_stays_a_letter_where_somebody_types(open_as: Open) -> None:
    page = open_as("finance", "/startups/")
    page.locator("#list-q").focus()
    page.keyboard.press("v")
    expect(page.locator("#list-q")).to_have_value("v")
    expect(page.locator("#paste")).to_be_hidden()


def test_the_box_is_in_the_list_of_keys_and_escape_closes_it(open_as: Open) -> None:
    page = open_as("finance", "/startups/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("粘贴任何内容")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("body")).to_be_focused()
    page.keyboard.press("v")
    expect(page.locator("#paste")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#paste")).to_be_hidden()


def test_a_picture_from_the_clipboard_attaches(open_as: Open, work: Work) -> None:
    companies()
    page = open_as("finance", "/")
    page.locator("#home-text").fill(MEETING)
    page.evaluate(PASTE_PICTURE, "#home-text")
    page.evaluate(PASTE_PICTURE, "#home-text")
    thumbnails = page.locator("main [data-thumbnails] img")
    expect(thumbnails).to_have_count(2)
    page.locator("main [data-thumbnails] button").first.click()
    expect(thumbnails).to_have_count(1)
    page.locator("#home-text").press("Control+Enter")
    expect(page.locator("h1")).to_have_text("核对读到的内容")
    expect(page.locator(".gallery img")).to_have_count(1)
    page.get_by_role("button", name="保存已勾选的").click()
    expect(page.locator("h1")).to_have_text("已从粘贴内容保存")
    with work() as session:
        assert session.scalars(sa.select(Document)).one().record_type == "deal"
    assert page.problems == []  # type: ignore[attr-defined]


def test_a_picture_is_pasted_onto_a_records_page(open_as: Open, work: Work) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    page = open_as("finance", f"/startups/{startup.id}")
    page.evaluate(PASTE_PICTURE, "#main")
    expect(page.locator("#attachments [data-thumbnails] img")).to_have_count(1)
    page.locator("#attachments").get_by_role("button", name="上传").click()
    expect(page.locator("#attachments .gallery img").first).to_be_visible()
    with work() as session:
        assert session.scalars(sa.select(Document)).one().record_id == startup.id


def test_a_candidate_is_chosen_by_a_click(open_as: Open) -> None:
    companies()
    for name in ("寒溪（上海）投资有限公司", "寒溪（深圳）投资管理有限公司"):
        an_institution(name, short_name="寒溪")
    page = open_as("finance", "/paste/")
    page.locator("#text").fill("寒溪昨天见了衡汐智能")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="寒溪（深圳）投资管理有限公司").click()
    expect(page.locator("#p0-institution")).to_have_value("寒溪（深圳）投资管理有限公司")


def test_a_lost_tab_loses_neither_the_paste_nor_what_was_corrected(open_as: Open, work: Work) -> None:
    companies()
    page = open_as("finance", "/paste/")
    page.locator("#text").fill(MEETING)
    page.keyboard.press("Control+Enter")
    page.locator("#p0-next_step").fill("发数据室")
    page.reload()
    expect(page.locator("#p0-next_step")).to_have_value("发数据室")
    with work() as session:
        assert session.scalar(sa.select(sa.func.count(Paste.id))) == 1


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (375, "dark")])
def test_the_page_of_proposals_is_accessible_and_fits(open_as: Open, width: int, scheme: str) -> None:
    companies()
    texts = (
        MEETING + "\n\n王思齐\n投资经理\n临渚创投\n13512345678",
        "企业\t服务事项\t日期\n衡汐智能\tBP辅导\t6.2\n没有\t算力券\t6.3",
    )
    for text in texts:
        page = open_as("finance", "/paste/")
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.locator("#text").fill(text)
        page.keyboard.press("Control+Enter")
        expect(page.locator("h1")).to_have_text("核对读到的内容")
        if "没有" in text:
            with page.expect_navigation():
                page.get_by_role("button", name="保存已勾选的").click()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), text
        assert page.problems == [] or "没有" in text  # type: ignore[attr-defined]
