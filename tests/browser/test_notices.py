"""The bell keeps up while a page stays open."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.accounts.models import Account, Role
from crm.core.clock import now
from crm.core.db import db
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from tests.browser.conftest import Open
from tests.factories import a_deal, writing
from tests.support.chromium import faults

pytestmark = pytest.mark.browser


def test_a_notice_that_comes_while_a_page_is_open_is_counted_read_and_closed(open_as: Open) -> None:
    deal = a_deal()
    page = open_as("finance", "/startups/", "en")
    page.clock.install()
    page.reload()
    expect(page.locator(".bell")).to_have_accessible_name("Notices")
    with writing():
        reader = db.session.scalars(sa.select(Account.id).where(Account.role == Role.FINANCE)).all()
        told = {"record_type": "deal", "record_id": deal.id, "name": "衡汐智能 × 临渚创投", "by": None, "at": now()}
        notify(reader, NoticeKind.MENTIONED, **told)  # type: ignore[arg-type]
    page.clock.fast_forward(31_000)
    expect(page.locator(".bell")).to_have_accessible_name("1 unread notice")
    page.locator(".bell").press("Enter")
    notice = page.get_by_role("button", name="You were mentioned: 衡汐智能 × 临渚创投")
    expect(notice).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(notice).to_be_hidden()
    page.locator(".bell").press("Enter")
    notice.click()
    expect(page).to_have_url(re.compile(rf"/deals/{deal.id}$"))
    expect(page.locator(".bell")).to_have_accessible_name("Notices")
