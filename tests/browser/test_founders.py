"""A founder's visit in a browser: a change is proposed, the desk returns it with a word, and a question is answered."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.accounts.models import Role
from crm.confirmations.models import Confirmation
from crm.startups.models import Startup
from tests.browser.conftest import Open
from tests.conftest import Work
from tests.factories import a_confirmation_token, a_service, a_startup, an_account

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.mark.parametrize("width", [1440, 375])
def test_a_founder_proposes_reads_the_word_of_the_desk_and_confirms(open_as: Open, work: Work, width: int) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能", summary="旧的一句话")
    a_confirmation_token(a_service(startup))
    founder = an_account(Role.FOUNDER, startup_id=startup.id, language="zh_CN")
    page = open_as(founder, "/founder/")
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("link", name="编辑资料").click()
    page.get_by_label("一句话介绍").fill("全国领先的新一句话")
    page.get_by_role("button", name="提交").first.click()
    expect(page.get_by_role("status").first).to_contain_text("已通知平台")
    expect(page.locator("main")).to_contain_text("全国领先的新一句话")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    desk = open_as("finance", f"/proposals/startups/{startup.id}")
    desk.get_by_label("给创始人的话").fill("请给出来源")
    desk.get_by_role("button", name="退回").click()
    expect(desk.get_by_role("status").first).to_contain_text("已退回")
    page = open_as(founder, "/founder/")
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.locator("main")).to_contain_text("请给出来源")
    page.locator("a.bell").click()
    expect(page.locator("main")).to_contain_text("平台退回了您的修改")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.go_back()
    page.get_by_role("link", name="答复 1 个问题").click()
    page.locator("label", has=page.locator("input[value=assisted]")).click()
    page.get_by_role("button", name="提交答复").click()
    expect(page.get_by_role("status").first).to_contain_text("已收到 1 项答复")
    with work() as session:
        assert session.get_one(Startup, startup.id).summary == "旧的一句话"
        assert session.scalars(sa.select(Confirmation.role)).one() == "assisted"
