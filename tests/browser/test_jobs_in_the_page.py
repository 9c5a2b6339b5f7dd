"""Long work in a real browser: a ledger is tried and imported, a summary is made and downloaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import Open
from tests.factories import a_deal, a_service, a_startup, an_institution

pytestmark = pytest.mark.browser
LEDGER = Path(__file__).parents[1] / "data/ledger-2025.xlsx"


def test_finance_staff_try_a_ledger_then_import_it(open_as: Open, worker: None) -> None:
    page = open_as("finance", "/imports/new", "en")
    page.set_input_files("#main input[type=file]", LEDGER)
    expect(page.locator("[data-file-name]")).to_have_text("ledger-2025.xlsx")
    page.get_by_role("button", name="Try it", exact=True).click()
    expect(page.get_by_role("button", name="Import for real")).to_be_visible(timeout=60_000)
    expect(page.locator("main")).to_contain_text("10")
    page.get_by_role("button", name="Import for real").click()
    expect(page.get_by_role("link", name="Download the refused rows")).to_be_visible(timeout=60_000)
    page.goto(page.url.split("/imports")[0] + "/?as_of=2025-12-31")
    for figure in ("100", "148", "380"):
        expect(page.locator("dl.figures").first).to_contain_text(figure)


def test_a_manager_makes_a_summary_and_finds_it_under_the_bell(open_as: Open, worker: None, tmp_path: Path) -> None:
    startup, institution = a_startup("上海旻喆䶮智能科技有限公司", short_name="旻喆䶮"), an_institution("临渚创投")
    a_service(startup, content="现场辅导", outcome="已交付")
    a_deal(startup, institution, stage="met")
    page = open_as("manager", "/reports/new/summary?startup=" + startup.name, "zh_CN")
    page.locator("main form .btn-primary").click()
    expect(page.locator("a[href$='/file']").first).to_be_visible(timeout=60_000)
    with page.expect_download() as downloading:
        page.locator("a[href$='/file']").first.click()
    target = tmp_path / "summary.pdf"
    downloading.value.save_as(target)
    text = "".join(one.extract_text() for one in PdfReader(target).pages)
    assert "旻喆䶮" in text
    assert "临渚创投" in text
    page.reload()
    bell = page.locator(".bell")
    expect(bell).to_have_accessible_name("1 条未读通知", timeout=45_000)  # asked for every 30 s
    bell.click()
    page.get_by_role("button", name="报告已生成：旻喆䶮").click()
    expect(page).to_have_url(re.compile(r"/reports/\d+$"))
    expect(bell).to_have_accessible_name("通知")


def test_an_investor_reads_a_profile_and_says_interested(open_as: Open) -> None:
    from tests.factories import a_published_startup, a_round

    startup = a_published_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    a_round(startup, "a+")
    page = open_as("investor", "/", "en")
    page.get_by_role("link", name="衡汐智能").first.click()
    page.get_by_label("Add a word").fill("想先了解汽车客户")
    page.get_by_role("button", name="I am interested").click()
    expect(page.locator("main")).to_contain_text("Interested")
