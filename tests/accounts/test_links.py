"""Links that live in chats: forwarded, previewed, opened twice, opened late."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr
from datetime import datetime, timedelta
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts import actions
from crm.accounts.models import Account, AccountLink, Role
from crm.accounts.queries import token_hash
from crm.core.clock import now
from crm.core.db import db, unit_of_work
from crm.web.log import configure
from tests.contracts.test_permissions import checksum
from tests.factories import BY, PASSWORD, an_account, an_institution, made, writing
from tests.support.page import text_of
from tests.support.queries import every_row
from tests.support.visitor import Visitor

NEW = "walnut river paper lamp"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile "
    "Safari/537.36 XWEB/1260 MMWEBSDK/20240501 MMWEBID/1 MicroMessenger/8.0.50(0x28003237) WeChat/arm64"
)
PREVIEWS = (
    WECHAT,
    "Mozilla/5.0 (compatible; Bytespider)",
    "facebookexternalhit/1.1",
    "WhatsApp/2.23",
    "Slackbot-LinkExpanding 1.0",
    "Mozilla/5.0 (compatible; DingTalkBot-LinkService/1.0)",
    "Mozilla/5.0 (Windows NT 10.0) SafeLinks/1.0",
)


def invited(role: Role = Role.FINANCE, institution_id: int | None = None, username: str = "lu") -> tuple[Account, str]:
    """An account that waits for its password, and the path of its link."""
    account, secret = made(
        lambda: actions.invite(
            username=username, name="陆清和", role=role, institution_id=institution_id, by=BY, at=now()
        )
    )
    return account, f"/links/{secret.token}"


def reset(account: Account) -> str:
    with writing():
        secret = actions.make_link(db.session.get_one(Account, account.id), by=BY, at=now())
    return f"/links/{secret.token}"


def shown_link(visitor: Visitor) -> str:
    """The path of the link on the page that shows it once."""
    return urlsplit(visitor.now.value_of("Address")).path


def choose(visitor: Visitor, path: str, password: str = NEW, repeated: str | None = None) -> Visitor:
    visitor.visit(path)
    return visitor.submit("Set the password", password=password, repeated=password if repeated is None else repeated)


def signs_in(app: Flask, username: str, password: str) -> bool:
    visitor = Visitor(app).visit("accounts.sign_in").submit("Sign in", username=username, password=password)
    return visitor.now.url == "/"


def test_an_invitation_is_shown_once_with_texts_to_send(admin: Visitor) -> None:
    admin.visit("accounts.add_account").submit(
        "Add the account", username="lu", name="陆清和", role="finance", email="lu@example.cn"
    )
    path = shown_link(admin)
    texts = [text_of(one) for one in admin.now.all("textarea")]
    assert all(path in text and "lu" in text for text in texts)
    assert "请勿转发" in texts[0]
    assert "please do not forward" in texts[1]
    mail = unquote(admin.now.links()["Write a mail"])
    assert mail.startswith("mailto:lu@example.cn?subject=")
    assert path in mail
    account = admin.visit("accounts.list_accounts").click("陆清和")
    assert "Invited" in account.text
    assert path.removeprefix("/links/") not in account.now.html


def test_the_holder_chooses_a_password_and_signs_in_with_it(app: Flask, visitor: Visitor) -> None:
    _, path = invited()
    page = visitor.visit(path)
    assert "lu" in page.text
    choose(visitor, path)
    assert visitor.now.h1 == "Sign in"
    assert visitor.now.value_of("User name") == "lu"
    assert "The password is set." in visitor.text
    assert visitor.visit("home.show_home").now.h1 == "Sign in"
    assert signs_in(app, "lu", NEW)


def test_a_page_says_who_invites_and_where_to(as_manager: Visitor) -> None:
    institution = an_institution("上海寒溪创业投资有限公司")
    as_manager.visit("accounts.invite_investor", institution_id=institution.id)
    as_manager.submit("Make the invitation", name="顾南乔", username="gu")
    page = Visitor(as_manager.app).visit(shown_link(as_manager))
    assert as_manager.account is not None
    assert f"{as_manager.account.name} invites you to" in page.text
    assert "上海寒溪创业投资有限公司" in page.text
    assert "Valid until" in page.text


@pytest.fixture
def as_manager(manager: Visitor) -> Visitor:
    return manager


@pytest.mark.parametrize("agent", PREVIEWS)
def test_previews_and_forwarding_change_nothing(app: Flask, agent: str) -> None:
    """Not a byte of any table, however often and by whomever the link is looked at."""
    _, path = invited()
    before = checksum(app)
    for method in ("GET", "HEAD", "GET"):
        assert Visitor(app).open(path, method, headers={"User-Agent": agent}).status_code == 200
    assert checksum(app) == before


def test_the_whole_way_works_in_wechats_browser(app: Flask) -> None:
    _, path = invited()
    visitor = Visitor(app)
    visitor.client.environ_base["HTTP_USER_AGENT"] = WECHAT
    choose(visitor, path)
    assert visitor.now.h1 == "Sign in"
    assert signs_in(app, "lu", NEW)


def test_what_a_chat_glues_to_a_link_does_no_harm(visitor: Visitor) -> None:
    _, path = invited()
    for glued in ("。", "）", "/", "，请查收", "%20", "?from=timeline&isappinstalled=0"):
        assert visitor.open(path + glued).status_code == 200, glued


def test_a_link_works_once_even_in_two_tabs(app: Flask, visitor: Visitor) -> None:
    account, path = invited()
    other = Visitor(app)
    other.visit(path)
    choose(visitor, path)
    other.submit("Set the password", password="another long password", repeated="another long password")
    assert (other.status, other.now.h1) == (410, "This link no longer works")
    assert signs_in(app, "lu", NEW)
    assert not signs_in(app, "lu", "another long password")
    assert account.is_invited


def test_two_at_the_same_moment_do_not_both_win(app: Flask) -> None:
    """Both have read the open link; the second finds it taken."""
    _, path = invited()
    with app.app_context(), unit_of_work(write=False):
        from crm.accounts import queries

        first = queries.open_link(path.removeprefix("/links/"), now())
    assert first is not None
    with writing():
        actions.use_link(db.session.merge(first), NEW, at=now())
    with writing(), pytest.raises(actions.Spent):
        actions.use_link(first, "another long password", at=now())


def later(**delta: float) -> datetime:
    return now() + timedelta(**delta)


@pytest.mark.parametrize(("kind", "days"), [("invitation", 7), ("reset", 1)])
def test_a_link_expires(app: Flask, visitor: Visitor, kind: str, days: int) -> None:
    path = invited()[1] if kind == "invitation" else reset(an_account())
    for moment, status in ((later(days=days, minutes=-5), 200), (later(days=days, minutes=5), 410)):
        with patch("crm.web.answers.clock_now", lambda moment=moment: moment):
            assert visitor.visit(path).status == status


def test_expired_used_revoked_and_unknown_links_look_alike(app: Flask, visitor: Visitor) -> None:
    used, revoked, disabled = an_account(), an_account(), an_account()
    paths = [reset(one) for one in (used, revoked, disabled)]
    choose(Visitor(app), paths[0])
    reset(revoked)
    with writing():
        actions.disable(db.session.get_one(Account, disabled.id), by=BY, at=now())
    paths += ["/links/" + "x" * 43, "/links/x", "/links/。"]
    answers = [visitor.visit(path) and (visitor.status, visitor.text) for path in paths]
    assert {status for status, _ in answers} == {410}
    assert len({text for _, text in answers}) == 1
    assert "Ask whoever sent it" in answers[0][1]


def test_a_new_link_revokes_the_one_before(app: Flask, admin: Visitor, visitor: Visitor) -> None:
    account, first = invited()
    admin.visit("accounts.show_account", account_id=account.id).submit("Make a link")
    second = shown_link(admin)
    assert visitor.visit(first).status == 410
    assert visitor.visit(second).status == 200


def test_a_weak_password_is_refused_beside_its_field_and_the_link_still_works(app: Flask, visitor: Visitor) -> None:
    _, path = invited()
    choose(visitor, path, "short")
    assert visitor.status == 422
    assert visitor.now.error_of("New password") == "Use 12 to 200 characters."
    choose(visitor, path, NEW, "something else here")
    assert visitor.now.error_of("The same again") == "This is not the same password."
    choose(visitor, path)
    assert signs_in(app, "lu", NEW)


def test_a_reset_ends_every_session_and_the_old_password(app: Flask) -> None:
    account = an_account(username="chen")
    open_elsewhere = Visitor(app).signed_in_as(account)
    choose(Visitor(app), reset(account))
    assert open_elsewhere.visit("home.show_home").now.h1 == "Sign in"
    assert not signs_in(app, "chen", PASSWORD)
    assert signs_in(app, "chen", NEW)


def test_a_password_set_by_hand_ends_an_open_link(app: Flask, visitor: Visitor) -> None:
    account = an_account()
    path = reset(account)
    with writing():
        actions.set_password(db.session.get_one(Account, account.id), NEW, by=BY, at=now())
    assert visitor.visit(path).status == 410


def test_whoever_was_signed_in_in_this_browser_is_signed_out(finance: Visitor) -> None:
    _, path = invited()
    choose(finance, path)
    assert finance.now.h1 == "Sign in"


def test_nobody_signs_in_to_an_account_that_only_was_invited(app: Flask) -> None:
    """The hash that unknown names are checked against fits no invited account either."""
    invited()
    for password in ("no account has this password", "", " "):
        assert not signs_in(app, "lu", password)


def test_the_database_keeps_a_hash_and_no_token(app: Flask) -> None:
    _, path = invited()
    token = path.removeprefix("/links/")
    with app.app_context(), db.engine.connect() as connection:
        assert [table for table, row in every_row(connection) if token in row] == []
        assert connection.scalars(sa.select(AccountLink.token_hash)).all() == [token_hash(token)]
    assert len(token) == 43


def test_the_token_gets_into_no_log(app: Flask, visitor: Visitor) -> None:
    _, path = invited()
    told = io.StringIO()
    with redirect_stderr(told):
        configure(json_lines=True)
        try:
            for address in (path, path + "/", path + "/deeper", "/links/unknown-token"):
                visitor.open(address)
        finally:
            configure(json_lines=False, quiet=True)
    assert told.getvalue().count('"path": "/links/…"') == 4
    assert path.removeprefix("/links/") not in told.getvalue()


def test_the_page_of_a_link_tells_nobody_its_address(app: Flask, visitor: Visitor) -> None:
    _, path = invited()
    answer = visitor.open(path)
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    outside = re.findall(r"""(?:src|href|action)=["'](https?:)?//""", answer.get_data(as_text=True))
    assert outside == []


def test_a_browser_that_tells_its_origin_only_passes_the_check_against_forgery(app: Flask) -> None:
    """Behind TLS the check wants a Referer; the page's policy leaves the origin of it."""
    _, path = invited()
    visitor = Visitor(app)
    app.config["WTF_CSRF_SSL_STRICT"] = True
    try:
        page = visitor.read(visitor.open(path, base_url="https://localhost"), path).now
        sent = page.fields_of(page.form_of("Set the password")[0]) | {"password": NEW, "repeated": NEW}
        headers = {"Referer": "https://localhost/"}
        answer = visitor.open(path, "POST", sent, base_url="https://localhost", headers=headers)
    finally:
        app.config["WTF_CSRF_SSL_STRICT"] = False
    assert answer.status_code == 303


def test_the_address_is_the_one_that_people_outside_reach(app: Flask, admin: Visitor) -> None:
    settings = app.extensions["crm_settings"]
    account, _ = invited()
    admin.visit("accounts.show_account", account_id=account.id)
    with patch.object(settings, "base_url", "https://crm.example.cn/"):
        admin.submit("Make a link")
    assert admin.now.value_of("Address").startswith("https://crm.example.cn/links/")


# --- who may


def test_finance_staff_invite_investors_of_an_institution_and_nobody_else(app: Flask, finance: Visitor) -> None:
    institution = an_institution()
    finance.visit("institutions.list_people", institution_id=institution.id).click("Invite to the portal")
    page = finance.now
    sent = page.fields_of(page.form_of("Make the invitation")[0]) | {"name": "顾南乔", "username": "gu"}
    finance.read(
        finance.open(page.url, "POST", sent | {"role": "admin", "institution": "x", "password": NEW}), page.url
    )
    with app.app_context(), unit_of_work(write=False) as session:
        account = session.scalars(sa.select(Account).where(Account.username == "gu")).one()
        assert (account.role, account.institution_id, account.is_invited) == (Role.INVESTOR, institution.id, True)
    first = shown_link(finance)
    finance.visit("institutions.list_people", institution_id=institution.id).submit("New link")
    assert Visitor(app).visit(first).status == 410
    choose(Visitor(app), shown_link(finance))
    assert "New link" not in finance.visit("institutions.list_people", institution_id=institution.id).text


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ADMIN, Role.LEADER])
def test_finance_staff_make_no_link_for_staff(app: Flask, finance: Visitor, role: Role) -> None:
    account, _ = invited(role)
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        assert finance.open(f"/accounts/{account.id}/link", "POST").status_code == 404
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_the_history_says_who_made_links_and_who_used_them(app: Flask, admin: Visitor) -> None:
    account = an_account(username="chen", name="陈一")
    admin.visit("accounts.show_account", account_id=account.id).submit("Make a link")
    assert admin.account is not None
    choose(Visitor(app), shown_link(admin))
    page = admin.visit("accounts.show_account", account_id=account.id)
    assert f"{admin.account.name} made a link for a new password of “chen”" in page.text
    assert "陈一 set a new password for “chen”" in page.text
