"""The bell, its menu and the page: reading changes nothing, a button opens a notice and marks it as read."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask import Flask

from crm.accounts.models import Account, Role
from crm.core.clock import now
from crm.core.db import db
from crm.notifications.actions import notify
from crm.notifications.models import Notice, NoticeKind
from tests.conftest import Work
from tests.factories import AT, a_deal, an_account, writing
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


def tell(
    account: Account | None, kind: NoticeKind = NoticeKind.MENTIONED, record_id: int = 7, **values: object
) -> None:
    told = {"record_type": "deal", "name": "衡汐智能 × 临渚创投", "note": "", "at": AT, **values}
    with writing():
        notify([account.id if account else None], kind, record_id=record_id, by=None, **told)  # type: ignore[arg-type]


def bell(visitor: Visitor) -> str:
    """What a screen reader says of the bell on the open page, "" where there is none."""
    return next((one.get("aria-label") or "" for one in visitor.now.all("a") if one.get("data-bell") is not None), "")


def test_the_bell_counts_what_is_unread_and_opening_a_notice_leads_to_its_record(finance: Visitor) -> None:
    deal = a_deal()
    tell(finance.account, NoticeKind.DEAL_MOVED, deal.id, note="deal_stage:term_sheet")
    tell(finance.account, note="请看一下条款")
    page = finance.visit("notifications.list_notices")
    assert bell(page) == "2 unread notices"
    assert "Your deal 衡汐智能 × 临渚创投 moved: Term sheet" in page.text
    assert "请看一下条款" in page.text
    with_title = next(one for one in page.now.all("button") if "moved: Term sheet" in "".join(one.itertext()))
    finance.submit(" ".join("".join(with_title.itertext()).split()))
    assert finance.now.url == f"/deals/{deal.id}"
    assert bell(finance) == "1 unread notice"


def test_nothing_is_read_by_looking_and_all_by_one_button(finance: Visitor) -> None:
    for number in range(3):
        tell(finance.account, record_id=number)
    for path in ("/notifications/", "/notifications/latest", "/notifications/count", "/notifications/?show=all"):
        assert finance.open(path).status_code == 200
    assert finance.open("/notifications/count").json == {"badge": "3", "label": "3 unread notices"}
    assert bell(finance.visit("notifications.list_notices").submit("Mark as read")) == "2 unread notices"
    assert bell(finance.submit("Mark all as read")) == "Notices"
    assert "You have read everything" in finance.text
    assert len(finance.visit("notifications.list_notices", show="all").now.all("time")) == 3


def test_what_came_while_the_page_was_read_is_not_marked(finance: Visitor, work: Work) -> None:
    tell(finance.account)
    finance.visit("notifications.list_notices")
    later = now() + timedelta(minutes=5)
    with time_machine.travel(later):
        tell(finance.account, record_id=8, at=later)
        finance.submit("Mark all as read")
    with work() as session:
        assert [one.record_id for one in session.scalars(db.select(Notice)) if one.is_unread] == [8]


def test_somebody_elses_notice_is_as_missing_as_none(finance: Visitor, work: Work) -> None:
    tell(an_account())
    with work() as session:
        (notice,) = session.scalars(db.select(Notice))
    finance.app.config["WTF_CSRF_ENABLED"] = False
    try:
        for verb in ("open", "read"):
            assert finance.open(f"/notifications/{notice.id}/{verb}", "POST").status_code == 404
    finally:
        finance.app.config["WTF_CSRF_ENABLED"] = True
    with work() as session:
        assert session.get_one(Notice, notice.id).is_unread


def test_a_hundred_unread_notices_are_shown_as_more_than_99(finance: Visitor) -> None:
    for number in range(100):
        tell(finance.account, record_id=number)
    told = finance.open("/notifications/count").json
    assert told == {"badge": "99+", "label": "More than 99 unread notices"}


def test_the_bell_costs_no_statement_and_a_long_list_no_more_than_a_short_one(finance: Visitor, app: Flask) -> None:
    def statements(path: str) -> list[str]:
        finance.open(path)
        with counted_statements(app) as found:
            finance.open(path)
        return [one for one in found if one.lstrip().upper().startswith("SELECT")]

    tell(finance.account)
    few = statements("/notifications/")
    for number in range(20):
        tell(finance.account, record_id=100 + number)
    assert len(statements("/notifications/")) == len(few) <= 12
    polled = [one for one in statements("/notifications/count") if "notice" in one]
    assert len(polled) == 1
    assert "sign_in_session" in polled[0], "the count comes with the account"


def test_the_portal_has_a_page_of_notices_and_no_bell(investor: Visitor) -> None:
    assert bell(investor.visit("portal.list_startups")) == ""
    leader = Visitor(investor.app).signed_in_as(an_account(Role.LEADER))
    assert bell(leader.visit("home.show_home")) == "Notices"
