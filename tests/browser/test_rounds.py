"""A round in Chromium, from the bulk introduction to three participations: each amount counts once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from crm.deals.models import Deal, Participation
from tests.browser.conftest import Open
from tests.conftest import Work
from tests.factories import WAN, a_fund, a_round, a_startup, an_institution

pytestmark = pytest.mark.browser
NAMES = ("临渚创投", "江畔基金", "沧屿资本")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_round_is_introduced_to_three_receives_tranches_and_closes(open_as: Open, live_url: str, work: Work) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    institutions = [an_institution(name, short_name=name) for name in NAMES]
    fund = a_fund("临渚一期", [institutions[0]], invested=9000 * WAN)
    round = a_round(startup, "a+")
    page = open_as("finance", f"/rounds/{round.id}")
    introduce(page)
    with work() as session:
        deals = {deal.institution_id: deal.id for deal in session.query(Deal)}
    for institution, signed, tranches in zip(
        institutions, ("3000万", "1000万", "1000万"), (("1000万", "500万"), ("1000万",), ("400万",)), strict=True
    ):
        fund_deal(page, f"{live_url}/deals/{deals[institution.id]}", signed, tranches)
    close(page, f"{live_url}/rounds/{round.id}", deals[institutions[0].id], fund.id)
    expect(page.locator("tfoot")).to_have_text(re.compile(r"合计\s*¥5,000 万\s*¥2,900 万"))
    for path, told in (
        (f"/startups/{startup.id}/rounds", ("经平台参投", "¥5,000 万", "¥2,900 万", "¥6,000 万")),
        (f"/institutions/{institutions[0].id}", ("经平台投过的企业", "¥3,000 万", "¥1,500 万")),
        (f"/funds/{fund.id}", ("基金自报已投资：¥9,000 万", "经平台签约：¥3,000 万")),
    ):
        page.goto(live_url + path)
        for text in told:
            expect(page.locator("main")).to_contain_text(text)
    with work() as session:
        assert sorted(one.signed or 0 for one in session.query(Participation)) == [1000 * WAN, 1000 * WAN, 3000 * WAN]
    undo_the_close(page, f"{live_url}/rounds/{round.id}/history", work)
    assert page.problems == []  # type: ignore[attr-defined]


def introduce(page: Page) -> None:
    """Two by name, completed as they are typed, one ticked in the list; then the preview."""
    page.get_by_role("link", name="推荐给机构").first.click()
    names = page.locator("#institutions-add")
    names.fill("临渚")
    expect(page.get_by_role("option", name=NAMES[0])).to_be_visible()
    names.press("Enter")
    names.fill(NAMES[1])
    names.press("Enter")
    expect(page.locator(".chips li")).to_have_count(2)
    page.get_by_label(NAMES[2], exact=True).check()
    press(page, "预览")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(4)  # three institutions, and the services
    press(page, "推荐")
    expect(page.get_by_role("status").first).to_contain_text("已推荐给 3 家机构")


def fund_deal(page: Page, address: str, signed: str, tranches: tuple[str, ...]) -> None:
    """Signed and funded with the first tranche; later ones are receipts of their own."""
    page.goto(f"{address}/move")
    page.locator(".picks label", has_text="到账").first.click()
    page.locator("#status").select_option("completed")
    page.locator("#signed").fill(signed)
    page.locator("#received").fill(tranches[0])
    press(page, "推进")
    expect(page.locator("main")).to_contain_text("到账")
    for amount in tranches[1:]:
        page.goto(f"{address}/receipts/new")
        page.locator("#amount").fill(amount)
        press(page, "保存")
        expect(page.get_by_role("status").first).to_be_visible()


def close(page: Page, address: str, leading: int, fund_id: int) -> None:
    """The preview says what is signed and received, each once; the leader names its fund."""
    page.goto(f"{address}/close")
    expect(page.locator("main")).to_contain_text("签约合计：¥5,000 万")
    expect(page.locator("main")).to_contain_text("到账合计：¥2,900 万")
    page.locator(f"#role_{leading}").select_option("lead")
    page.locator(f"#fund_{leading}").select_option(str(fund_id))
    page.locator("#final_amount").fill("6000万")
    press(page, "完成本轮")
    expect(page.get_by_role("status").first).to_contain_text("完成")


def undo_the_close(page: Page, address: str, work: Work) -> None:
    """The history offers what the message offered."""
    page.goto(address)
    press(page, "撤销上一次更改")
    expect(page.get_by_role("status").first).to_contain_text("已撤销")
    with work() as session:
        assert all(one.archived_at for one in session.query(Participation))
