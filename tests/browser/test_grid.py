"""The grid in a real browser: it feels like a spreadsheet, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Locator, Page, expect

from crm.core.clock import now
from crm.services.models import Service
from tests.browser.conftest import Hands, Open
from tests.browser.test_quick_logging import stated
from tests.conftest import Work
from tests.factories import a_service, a_startup
from tests.grid.conftest import Grid
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.once]
DAY = date(2026, 5, 2)
STARTUP, DATE, TYPE, STATE, CONTENT, OUTCOME, AMOUNT = range(7)


def cell(page: Page, row: int, column: int) -> Locator:
    tr = page.locator(f".sheet-table tbody tr >> nth={row}")
    return tr.locator("td").nth(column).locator("input, textarea").first


def note(page: Page, row: int, column: int) -> Locator:
    return page.locator(f".sheet-table tbody tr >> nth={row}").locator("td").nth(column).locator(".cell-note")


def ready(page: Page) -> Page:
    expect(page.locator("form[data-ready]")).to_have_count(1)
    return page


@pytest.fixture
def grid(open_as: Open) -> Callable[[], Page]:
    return lambda: ready(open_as("finance", "/services/grid", "en"))


def paste(page: Page, text: str) -> None:
    """Paste as the browser does it: an event that carries the clipboard."""
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const carried = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", carried));
        }""",
        text,
    )


def services(work: Work) -> list[Service]:
    with work() as session:
        return list(session.scalars(sa.select(Service).order_by(Service.id)))


def test_keys_move_and_type_as_in_a_spreadsheet(grid: Callable[[], Page]) -> None:
    a_service(outcome="甲", happened_on=DAY)
    a_service(outcome="乙")
    page = grid()
    cell(page, 0, OUTCOME).click()
    page.keyboard.press("ArrowDown")
    expect(cell(page, 1, OUTCOME)).to_be_focused()
    page.keyboard.press("Tab")
    expect(cell(page, 1, AMOUNT)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("丙")
    expect(cell(page, 1, OUTCOME)).to_have_value("丙")  # typing replaces
    page.keyboard.press("Enter")
    expect(cell(page, 2, OUTCOME)).to_be_focused()
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("F2")
    page.keyboard.type("丁")
    expect(cell(page, 1, OUTCOME)).to_have_value("丙丁")  # F2 changes
    page.keyboard.press("Escape")
    expect(cell(page, 1, OUTCOME)).to_have_value("丙")
    page.keyboard.press("Control+z")
    expect(cell(page, 1, OUTCOME)).to_have_value("乙")
    page.keyboard.press("Control+y")
    expect(cell(page, 1, OUTCOME)).to_have_value("丙")
    page.keyboard.press("Home")
    expect(cell(page, 1, STARTUP)).to_be_focused()
    page.keyboard.press("Control+Home")
    expect(cell(page, 0, STARTUP)).to_be_focused()
    page.keyboard.press("F6")
    expect(page.get_by_role("button", name="Save all")).to_be_focused()


def test_filling_deleting_and_taking_back(grid: Callable[[], Page]) -> None:
    for _ in range(3):
        a_service()
    page = grid()
    cell(page, 0, OUTCOME).click()
    page.keyboard.type("已交付")
    page.keyboard.press("Enter")
    cell(page, 0, OUTCOME).click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    expect(cell(page, 2, OUTCOME)).to_have_value("已交付")
    page.keyboard.press("Delete")
    expect(cell(page, 1, OUTCOME)).to_have_value("")
    page.keyboard.press("Control+z")
    expect(cell(page, 2, OUTCOME)).to_have_value("已交付")
    page.keyboard.press("Control+z")
    expect(cell(page, 2, OUTCOME)).to_have_value("")
    page.keyboard.type("都一样")
    page.keyboard.press("Control+Enter")
    expect(cell(page, 0, OUTCOME)).to_have_value("已交付")
    for row in (1, 2):  # what was taken back is selected
        expect(cell(page, row, OUTCOME)).to_have_value("都一样")


def test_a_block_from_excel_fills_new_rows_and_is_saved(grid: Callable[[], Page], work: Work) -> None:
    for name in ("衡汐智能", "云岫语境"):
        a_startup(f"上海{name}科技有限公司", short_name=name)
    page = grid()
    cell(page, 0, STARTUP).click()
    lines = [
        f'{name}\t2026.5.{day}\tBP辅导\t完成\t"第一行\n第二行"'
        for day in (3, 4, 5, 6)
        for name in ("衡汐智能", "云岫语境")
    ]
    paste(page, "\n".join(lines) + "\n")
    expect(cell(page, 7, STARTUP)).to_have_value("云岫语境")
    expect(cell(page, 7, CONTENT)).to_have_value("第一行\n第二行")
    expect(note(page, 0, DATE)).to_contain_text("read as 2026-05-03")
    page.keyboard.press("Control+s")
    expect(page.locator(".sheet-news")).to_contain_text("8 rows were saved.")
    assert len(services(work)) == 8
    page.get_by_role("button", name="Undo this save").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert all(one.archived_at is not None for one in services(work))


def test_an_error_stands_in_its_cell_until_it_is_corrected(grid: Callable[[], Page], work: Work) -> None:
    a_service()
    page = grid()
    cell(page, 0, AMOUNT).click()
    page.keyboard.type("3000")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(page.locator(".sheet-news")).to_contain_text("Nothing was saved")
    expect(note(page, 0, AMOUNT)).to_contain_text("has no unit")
    expect(cell(page, 0, AMOUNT)).to_be_focused()
    page.keyboard.type("3000万")
    page.keyboard.press("Control+s")
    expect(page.locator(".sheet-news")).to_contain_text("1 row was saved.")
    expect(note(page, 0, AMOUNT)).to_have_count(0)
    assert services(work)[0].amount_low == 3000_0000_00


def test_what_is_not_saved_survives_a_reload_and_can_be_discarded(grid: Callable[[], Page]) -> None:
    a_service(outcome="从前")
    page = grid()
    cell(page, 0, OUTCOME).click()
    page.keyboard.type("现在")
    page.keyboard.press("Enter")
    cell(page, 2, STARTUP).click()
    page.keyboard.type("新企业")
    page.keyboard.press("Enter")
    page.reload()
    ready(page)
    expect(page.locator(".sheet-news")).to_contain_text("2 unsaved rows")
    expect(cell(page, 0, OUTCOME)).to_have_value("现在")
    page.get_by_role("button", name="Discard them").click()
    expect(cell(page, 0, OUTCOME)).to_have_value("从前")
    page.get_by_role("button", name="Bring them back").click()
    expect(cell(page, 0, OUTCOME)).to_have_value("现在")


def test_a_half_written_cell_outlives_a_crash_and_is_saved_without_a_click(
    grid: Callable[[], Page], context: BrowserContext, work: Work
) -> None:
    a_service(outcome="从前")
    page = grid()
    cell(page, 0, OUTCOME).click()
    page.keyboard.type("写到一半")
    page.wait_for_timeout(600)  # what is typed is kept a moment later
    again = context.new_page()  # the first one never says that it goes
    again.goto(page.url)
    ready(again)
    expect(cell(again, 0, OUTCOME)).to_have_value("写到一半")
    again.keyboard.press("Control+s")
    expect(again.locator(".sheet-news")).to_contain_text("1 row was saved.")
    assert services(work)[0].outcome == "写到一半"


def test_a_lost_connection_loses_nothing_and_doubles_nothing(
    grid: Callable[[], Page], context: BrowserContext, work: Work
) -> None:
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    page = grid()
    cell(page, 0, STARTUP).click()
    paste(page, "衡汐智能\t2026-05-03\tBP辅导")
    context.set_offline(True)
    page.keyboard.press("Control+s")
    expect(page.locator(".sheet-news")).to_contain_text("Not connected. 1 changed row is kept here")
    context.set_offline(False)
    expect(page.locator(".sheet-news")).to_contain_text("1 row was saved.")
    assert len(services(work)) == 1


def test_an_answer_that_got_lost_makes_no_second_record(grid: Callable[[], Page], work: Work) -> None:
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    page = grid()
    cell(page, 0, STARTUP).click()
    paste(page, "衡汐智能\t2026-05-03\tBP辅导")
    lost = []

    def lose(route) -> None:  # type: ignore[no-untyped-def]
        if "mode=all" in (route.request.post_data or "") and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/services/grid", lose)
    page.clock.install()  # it would try again by itself
    page.clock.pause_at(now() + timedelta(minutes=1))
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Try now").click()
    expect(page.locator(".sheet-news")).to_contain_text("1 row was saved.")
    assert (lost, len(services(work))) == ([200], 1)


def test_two_people_in_one_row_choose_by_cell(
    grid: Callable[[], Page], as_role: Callable[..., Visitor], work: Work
) -> None:
    service = a_service(outcome="从前")
    page = grid()
    cell(page, 0, OUTCOME).click()
    page.keyboard.type("我的")
    page.keyboard.press("Enter")
    her = {"key": "her-row-1", "id": service.id, "version": service.version, "outcome": "她的", "content": "她写的"}
    Grid(as_role("manager"), "/services/grid").send(her)
    page.keyboard.press("Control+s")
    expect(note(page, 0, OUTCOME)).to_contain_text("她的")
    expect(cell(page, 0, CONTENT)).to_have_value("她写的")
    assert services(work)[0].outcome == "她的"
    page.get_by_role("button", name="Keep mine").click()
    page.keyboard.press("Control+s")
    expect(page.locator(".sheet-news")).to_contain_text("1 row was saved.")
    assert (services(work)[0].outcome, services(work)[0].content) == ("我的", "她写的")


def test_who_is_signed_out_meanwhile_keeps_everything(grid: Callable[[], Page], context: BrowserContext) -> None:
    a_service()
    page = grid()
    cell(page, 0, OUTCOME).click()
    page.keyboard.type("我的")
    page.keyboard.press("Enter")
    context.clear_cookies()
    page.keyboard.press("Control+s")
    expect(page.locator(".sheet-news")).to_contain_text("You are signed out. 1 changed row is kept here.")
    expect(cell(page, 0, OUTCOME)).to_have_value("我的")


def test_an_input_method_at_work_keeps_its_keys(grid: Callable[[], Page]) -> None:
    a_service()
    page = grid()
    cell(page, 0, OUTCOME).click()
    client = page.context.new_cdp_session(page)
    client.send("Input.imeSetComposition", {"text": "yi", "selectionStart": 2, "selectionEnd": 2})
    cell(page, 0, OUTCOME).dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(cell(page, 0, OUTCOME)).to_be_focused()
    client.send("Input.insertText", {"text": "已交付"})
    expect(cell(page, 0, OUTCOME)).to_have_value("已交付")
    page.keyboard.press("Enter")
    expect(cell(page, 1, OUTCOME)).to_be_focused()


def test_a_cell_completes_words_and_names(grid: Callable[[], Page]) -> None:
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    page = grid()
    cell(page, 0, STARTUP).click()
    page.keyboard.type("衡汐")
    expect(page.locator(".sheet-list [role=option]").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(cell(page, 0, STARTUP)).to_have_value("上海衡汐智能科技有限公司")
    expect(cell(page, 0, STATE)).to_have_value("Completed")  # a new row begins with what the form begins with
    page.keyboard.press("Tab")
    page.keyboard.type("business")
    page.keyboard.press("Enter")
    expect(cell(page, 0, TYPE)).to_have_value("Business plan")


# --- what it costs


def test_one_service_for_twenty_startups(open_as: Open, work: Work) -> None:
    names = [f"第{number}号智能" for number in range(1, 21)]
    for name in names:
        a_startup(f"上海{name}科技有限公司", short_name=name)
    page = open_as("finance", "/services/new-for-many")
    hands = Hands(page)
    expect(page.locator("#startups-add")).to_be_focused()
    paste(page, "\n".join(names))
    hands.keys += 1  # Ctrl V
    expect(page.locator(".chips li")).to_have_count(20)
    hands.press("Tab")
    while page.evaluate("document.activeElement.id") != "type_id":
        hands.press("Tab")
    hands.press(*["ArrowDown"] * 2)
    hands.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("20")
    assert len(services(work)) == 20
    assert (2, hands.keys, hands.clicks) == stated("20 家企业同一场路演 / one service for 20 startups")


def test_correcting_five_outcomes(open_as: Open, work: Work) -> None:
    for _ in range(5):
        a_service()
    page = ready(open_as("finance", "/services/grid"))
    hands = Hands(page)
    hands.click(cell(page, 0, OUTCOME))
    for _ in range(5):
        hands.type("已交付")
        hands.press("Enter")
    hands.press("Control+s")
    expect(page.locator(".sheet-news")).to_contain_text("5")
    expect(page.locator('tr[data-state="saved"]')).to_have_count(5)
    assert [one.outcome for one in services(work)] == ["已交付"] * 5
    assert (5, hands.keys, hands.clicks) == stated("在表格中更正 5 个成果 / correct 5 outcomes in the grid")
