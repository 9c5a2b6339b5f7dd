"""What was typed is not lost while nothing can be saved."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.startups.models import Startup
from tests.browser.conftest import Open
from tests.conftest import Work
from tests.support.command import crm

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_what_was_typed_before_maintenance_is_saved_after_it(open_as: Open, work: Work) -> None:
    page = open_as("finance", "/startups/new", "en")
    page.locator("#name").fill("上海衡汐智能科技有限公司")
    assert crm("maintenance", "on").exit_code == 0
    page.get_by_role("button", name="Add the startup").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing can be changed just now")
    assert crm("maintenance", "off").exit_code == 0
    page.goto(page.url.split("?")[0])
    expect(page.locator("#name")).to_have_value("上海衡汐智能科技有限公司")
    page.get_by_role("button", name="Add the startup").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("衡汐智能")
    with work() as session:
        assert session.scalars(sa.select(Startup.name)).all() == ["上海衡汐智能科技有限公司"]
