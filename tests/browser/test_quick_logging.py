"""Logging between two phone calls: what it costs in keys and clicks. `docs/keystrokes.md` states the same numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm.deals.models import Deal
from crm.services.models import Service
from tests.browser.conftest import Hands, Open
from tests.conftest import Work
from tests.factories import a_round, a_startup, an_institution

pytestmark = [pytest.mark.browser, pytest.mark.once]
STATED = Path(__file__).parents[2] / "docs/keystrokes.md"


def stated(job: str) -> tuple[int, int, int]:
    """(fields, keys, clicks) of a job in the document."""
    row = re.search(rf"^\| {re.escape(job)} \| (\d+) \| (\d+) \| (\d+) \|", STATED.read_text(), re.MULTILINE)
    assert row is not None, f"{STATED} does not state {job!r}"
    return int(row[1]), int(row[2]), int(row[3])


def ready(page: Page, field: str) -> None:
    """Wait, as eyes do, until the cursor stands in a field that completes names."""
    expect(page.locator(field)).to_be_focused()
    expect(page.locator(field)).to_have_attribute("role", "combobox")


def test_logging_a_service(open_as: Open, work: Work) -> None:
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    page = open_as("finance", "/services/new")
    hands = Hands(page)
    ready(page, "#startup")
    hands.type("衡汐")
    expect(page.locator(".combo-list:not([hidden]) [role=option]").first).to_be_visible()
    hands.press("Enter", "Tab")
    hands.press(*["ArrowDown"] * 4)
    expect(page.locator("#type_id")).to_contain_text("BP辅导")
    hands.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("BP辅导")
    with work() as session:
        assert session.scalar(sa.select(sa.func.count(Service.id))) == 1
    assert (2, hands.keys, hands.clicks) == stated("记录一次服务 / log a service")


def test_logging_a_deal(open_as: Open, work: Work) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    a_round(startup, "a+")
    an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投")
    page = open_as("finance", "/deals/new")
    hands = Hands(page)
    ready(page, "#startup")
    hands.type("衡汐")
    expect(page.locator(".combo-list:not([hidden]) [role=option]").first).to_be_visible()
    hands.press("Enter")
    expect(page.locator("#round_name option:checked")).to_contain_text("A+")
    hands.press("Tab", "Tab")
    ready(page, "#institution")
    hands.type("临渚")
    expect(page.locator(".combo-list:not([hidden]) [role=option]").first).to_be_visible()
    hands.press("Enter", "Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("衡汐智能")
    with work() as session:
        deal = session.scalars(sa.select(Deal)).one()
        assert deal.stage == "referred"
        assert session.scalars(sa.select(Service)).one().deal_id == deal.id
    assert (2, hands.keys, hands.clicks) == stated("记录一笔对接 / log a deal")
