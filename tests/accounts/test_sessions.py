"""Sessions: listed, ended, limited; and the devices in which they are opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from unittest.mock import Mock, patch

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from crm.accounts import actions, lockout
from crm.accounts.jobs import forget_daily
from crm.accounts.models import Account, Attempts, Device, Role, SignInSession
from crm.accounts.sessions import Origin, open_session
from crm.core.clock import now
from crm.core.db import db
from crm.web.sessions import login_manager
from tests.accounts.clocks import later
from tests.conftest import Work
from tests.factories import BY, PASSWORD, an_account, writing
from tests.support.command import crm
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36 XWEB/1260 MicroMessenger/8.0.50 WeChat/arm64"
)


def browser(app: Flask, username: str = "chen", agent: str = CHROME, address: str = "127.0.0.1") -> Visitor:
    """A browser of its own, in which somebody signed in."""
    visitor = Visitor(app)
    visitor.client.environ_base |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
    return visitor.visit("accounts.sign_in").submit("Sign in", username=username, password=PASSWORD)


def is_in(visitor: Visitor) -> bool:
    return visitor.visit("home.show_home").now.h1 != "Sign in"


def test_everybody_sees_where_they_are_signed_in_and_ends_one_or_all_others(app: Flask) -> None:
    an_account(username="chen")
    desk, phone, tablet = (
        browser(app),
        browser(app, agent=WECHAT, address="203.0.113.7"),
        browser(app, agent="", address="203.0.113.8"),
    )
    page = desk.visit("accounts.list_own_sessions")
    shown = {(row[0].split(" New device")[0], row[1]) for row in page.now.rows[1:]}
    assert shown == {
        ("Chrome on Windows This device", "127.0.0.1"),
        ("WeChat Browser on Android", "203.0.113.7"),
        ("Unknown browser", "203.0.113.8"),
    }
    page.submit("End")
    assert [is_in(one) for one in (desk, phone, tablet)].count(False) == 1
    desk.visit("accounts.list_own_sessions").submit("End all others")
    assert [is_in(one) for one in (desk, phone, tablet)] == [True, False, False]


def test_a_cookie_that_was_planted_before_signing_in_is_worth_nothing_afterwards(app: Flask) -> None:
    """The positive control: whoever takes the cookie of afterwards is in."""
    an_account(username="chen")
    planter, chen, thief = Visitor(app).visit("accounts.sign_in"), Visitor(app), Visitor(app)
    chen.client._cookies = dict(planter.client._cookies)
    chen.visit("accounts.sign_in").submit("Sign in", username="chen", password=PASSWORD)
    thief.client._cookies = dict(chen.client._cookies)
    assert [is_in(one) for one in (planter, chen, thief)] == [False, True, True]


def test_nobody_ends_a_session_of_somebody_else(app: Flask, work: Work) -> None:
    an_account(username="chen"), an_account(username="zhou")
    chen, zhou = browser(app), browser(app, "zhou")
    with work() as session:
        other = session.scalars(sa.select(SignInSession.id).order_by(SignInSession.id)).first()
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        assert zhou.open(f"/account/sign-ins/{other}/end", "POST").status_code == 404
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert is_in(chen)


def test_an_administrator_and_a_command_sign_somebody_out_everywhere(app: Flask, admin: Visitor) -> None:
    account = an_account(username="chen")
    first, second = browser(app), browser(app)
    page = admin.visit("accounts.show_account", account_id=account.id)
    assert page.text.count("Chrome on Windows") == 2
    assert "ended the sessions of “chen”" in page.submit("Sign out everywhere").text
    assert not is_in(first)
    assert not is_in(second)
    third = browser(app)
    assert "Chrome" in crm("user", "sessions", "chen").output
    assert crm("user", "end-sessions", "chen").exit_code == 0
    assert not is_in(third)


def chosen_password(account: Account) -> None:
    actions.set_password(account, "four other unrelated words", by=BY, at=now())


def disabled(account: Account) -> None:
    actions.disable(account, by=BY, at=now())


def renamed(account: Account, name: str = "陈二", role: Role = Role.FINANCE) -> None:
    actions.change_account(account, name=name, role=role, email="c@example.cn", version=None, by=BY, at=now())


def promoted(account: Account) -> None:
    renamed(account, role=Role.MANAGER)


@pytest.mark.parametrize(
    ("change", "ends"), [(chosen_password, True), (disabled, True), (promoted, True), (renamed, False)]
)
def test_a_new_password_a_new_role_and_disabling_end_every_session(
    finance: Visitor, change: Callable[[Account], None], ends: bool
) -> None:
    """The positive control: a new name alone ends none."""
    account = finance.account
    assert account is not None
    assert is_in(finance)
    with writing():
        change(db.session.get_one(Account, account.id))
    with writing():
        left = db.session.scalars(sa.select(SignInSession.id).where(SignInSession.account_id == account.id)).all()
    assert (left == []) is ends
    assert is_in(finance) is not ends


def test_a_session_ends_when_it_is_not_used_and_one_that_is_used_ends_after_days(app: Flask, finance: Visitor) -> None:
    for hours in range(11, 7 * 24, 11):
        with later(hours=hours):
            assert finance.open("/account/second-factor").status_code == 200, hours
    with later(days=7, minutes=1):
        assert not is_in(finance)
    idle = Visitor(app).signed_in_as(an_account())
    with later(hours=12, minutes=1):
        assert not is_in(idle)


def seen_at(account: Account | None) -> datetime:
    assert account is not None
    with writing():
        return db.session.scalars(sa.select(SignInSession.seen_at).where(SignInSession.account_id == account.id)).one()


def test_the_use_of_a_session_is_written_down_every_five_minutes_at_most(finance: Visitor) -> None:
    opened = seen_at(finance.account)
    with later(minutes=4):
        finance.open("/account/second-factor")
    assert seen_at(finance.account) == opened
    with later(minutes=6) as moment:
        finance.open("/account/second-factor")
    assert seen_at(finance.account) == moment


def test_a_page_is_shown_even_when_its_use_cannot_be_written_down(finance: Visitor) -> None:
    failing = Mock(side_effect=OperationalError("", {}, Exception()))
    with later(minutes=6), patch.object(login_manager, "mark_seen", failing):
        assert finance.open("/account/second-factor").status_code == 200
    assert failing.called


def test_whose_session_it_is_takes_one_statement(app: Flask, finance: Visitor) -> None:
    finance.open("/account/second-factor")
    with counted_statements(app) as statements:
        finance.open("/account/second-factor")
    assert len([one for one in statements if "sign_in_session" in one]) == 1


def test_a_new_device_is_told_on_the_others_and_nobody_vouches_for_itself(app: Flask, work: Work) -> None:
    an_account(username="chen")
    desk = browser(app)
    assert "Was it you?" not in desk.visit("home.show_home").text, "the first device is no news"
    phone = browser(app, agent=WECHAT)
    assert "A new device signed in" not in phone.visit("home.show_home").text
    phone.visit("accounts.list_own_sessions")
    page = desk.visit("home.show_home").click("A new device signed in to your account. Was it you?")
    assert "WeChat Browser on Android New device" in page.text
    page.submit("It was me")
    assert "A new device signed in" not in desk.visit("home.show_home").text
    with work() as session:
        assert None not in session.scalars(sa.select(Device.recognised_at)).all()


def test_the_same_browser_is_new_once(app: Flask, work: Work) -> None:
    an_account(username="chen")
    desk = browser(app)
    desk.visit("home.show_home").submit("Sign out")
    desk.visit("accounts.sign_in").submit("Sign in", username="chen", password=PASSWORD)
    with work() as session:
        (kept,) = session.scalars(sa.select(Device.token_hash)).all()
    cookie = desk.client.get_cookie("crm_device")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.max_age == timedelta(days=400).total_seconds()
    assert cookie.value != kept, "the database keeps a hash"


def test_devices_sessions_and_tries_that_nobody_needs_are_forgotten_at_night(app: Flask, work: Work) -> None:
    account = an_account()
    at = now()

    def sign_in_at(moment: datetime, token: str) -> None:
        with work():
            open_session(account, at=moment, origin=Origin("127.0.0.1", "", token))

    sign_in_at(at - timedelta(days=401), "old")
    sign_in_at(at - timedelta(days=399), "kept")
    sign_in_at(at - timedelta(days=6), "used")
    with work():
        lockout.take(lockout.NAME, "long ago", at=at - timedelta(days=2))
        lockout.take(lockout.NAME, "lately", at=at)
    for _ in range(2):
        with app.app_context():
            forget_daily(7, 400, at)
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Device)) == 2
        assert session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 1
        assert session.scalars(sa.select(Attempts.subject)).all() == ["lately"]
