"""More of what the desk does all day, counted in keys and clicks. `docs/keystrokes.md` states the same numbers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from crm.deals.models import Deal
from crm.people.models import Person
from crm.startups.models import Startup
from tests.browser.conftest import Hands, Open
from tests.browser.test_quick_logging import stated
from tests.conftest import Work
from tests.factories import a_deal, a_round, a_startup, an_institution

pytestmark = [pytest.mark.browser, pytest.mark.once]
CARD = """顾南乔
投资总监
临渚（上海）创业投资有限公司
手机 138 0013 8000
gu@example.com"""


def test_moving_a_deal(open_as: Open, work: Work) -> None:
    deal = a_deal(a_startup(short_name="衡汐智能"), stage="referred")
    page = open_as("finance", f"/deals/{deal.id}")
    hands = Hands(page)
    hands.click(page.get_by_role("link", name="移到…"))
    expect(page).to_have_url(re.compile("/move"))
    page.wait_for_load_state()
    hands.click(page.locator("label", has=page.locator("input[name=stage][value=met]")))
    hands.press("Control+Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "met"
    assert (1, hands.keys, hands.clicks) == stated("移动一笔对接 / move a deal")


def test_introducing_a_round_to_all_who_fit(open_as: Open, work: Work) -> None:
    round = a_round(a_startup(short_name="衡汐智能"))
    for number in range(12):
        an_institution(f"机构{number}")
    page = open_as("finance", f"/rounds/{round.id}")
    hands = Hands(page)
    hands.click(page.get_by_role("link", name="推荐给机构").first)
    hands.click(page.get_by_role("button", name="全选所列"))
    expect(page.get_by_role("checkbox", name="机构11")).to_be_checked()
    page.wait_for_load_state()
    hands.press("Control+Enter")
    expect(page.get_by_role("heading", name="推荐预览", level=1)).to_be_visible()
    page.wait_for_load_state()
    hands.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("12 家机构")
    with work() as session:
        assert session.query(Deal).count() == 12
    assert (0, hands.keys, hands.clicks) == stated("把一轮融资推荐给 12 家机构 / introduce a round to 12 institutions")


def test_finding_a_record_by_its_initials(open_as: Open) -> None:
    startup = a_startup("上海无问芯穹智能科技有限公司", short_name="无问芯穹")
    page = open_as("finance", "/")
    expect(page.locator("body")).to_have_attribute("data-actor", re.compile("."))
    hands = Hands(page)
    hands.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    hands.type("wwxq")
    expect(page.locator("#palette [role=option]").first).to_contain_text("无问芯穹")
    hands.press("Enter")
    expect(page).to_have_url(re.compile(f"/startups/{startup.id}$"))
    assert (1, hands.keys, hands.clicks) == stated("按拼音首字母打开记录 / open a record by its initials")


def test_a_person_from_a_name_card(open_as: Open, context: BrowserContext, work: Work) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投")
    page = open_as("finance", "/deals/")
    page.evaluate("text => navigator.clipboard.writeText(text)", CARD)
    hands = Hands(page)
    hands.press("v")
    expect(page.locator("#quick-text")).to_be_focused()
    hands.press("Control+v", "Control+Enter")
    expect(page).to_have_url(re.compile(r"/paste/\d+"))
    hands.press("Control+Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    with work() as session:
        person = session.query(Person).one()
        assert (person.name, person.title) == ("顾南乔", "投资总监")
    assert (0, hands.keys, hands.clicks) == stated("从名片新建人员 / a person from a name card")


def test_copying_a_startup_as_text(open_as: Open, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    startup = a_startup(short_name="衡汐智能")
    page = open_as("finance", f"/startups/{startup.id}")
    hands = Hands(page)
    hands.click(page.get_by_role("link", name="复制为文字"))
    expect(page.get_by_role("button", name="复制")).to_be_focused()
    hands.press("Enter")
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert str(page.evaluate("navigator.clipboard.readText()")).startswith("【衡汐智能】")
    assert (0, hands.keys, hands.clicks) == stated("把企业复制到微信 / copy a startup for WeChat")


def test_undoing_the_last_change(open_as: Open, work: Work) -> None:
    startup = a_startup(short_name="衡汐智能", summary="旧简介")
    page = open_as("finance", f"/startups/{startup.id}/edit")
    page.locator("#summary").fill("新简介")
    page.keyboard.press("Control+Enter")
    hands = Hands(page)
    hands.click(page.get_by_role("button", name="撤销"))
    expect(page.get_by_role("status").first).to_contain_text("已撤销")
    with work() as session:
        assert session.get_one(Startup, startup.id).summary == "旧简介"
    assert (0, hands.keys, hands.clicks) == stated("撤销上一步 / undo the last change")


def test_a_conflict_is_settled_field_by_field_and_its_draft_is_gone(
    open_as: Open, context: BrowserContext, work: Work
) -> None:
    startup = a_startup(short_name="衡汐智能", summary="旧简介")
    page = open_as("finance", f"/startups/{startup.id}/edit")
    other = context.new_page()
    other.goto(page.url)
    page.locator("#summary").fill("第二人的简介")
    other.locator("#summary").fill("第一人的简介")
    other.keyboard.press("Control+Enter")
    expect(other.get_by_role("status").first).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("两人同时修改了这条记录")
    page.locator("input[name=take-summary][value=theirs]").check()
    page.get_by_role("button", name="按所选保存").click()
    expect(page.get_by_role("status").first).to_be_visible()
    with work() as session:
        assert session.get_one(Startup, startup.id).summary == "第一人的简介"
    page.goto(page.url.split("?")[0].rstrip("/") + "/edit")
    expect(page.locator(".draft")).to_have_count(0)
