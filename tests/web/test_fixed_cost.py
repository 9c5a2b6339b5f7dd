"""What every page pays: kept where it is the same, and never another reader's."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

from flask import Flask
from flask_wtf.csrf import generate_csrf

from crm.accounts.models import Account, Role
from crm.core.clock import now
from crm.core.db import db
from crm.settings.models import Platform
from crm.web.csrf import PLACE, for_anybody, token
from crm.web.form import Form
from tests.factories import an_account, writing
from tests.support.visitor import Visitor


def token_of(visitor: Visitor) -> str:
    return str(visitor.visit("home.show_home").now.all("meta", name="csrf-token")[0].get("content"))


def secret_of(token: str) -> str:
    """A session's own part of a token; what follows is when it was signed."""
    return token.partition(".")[0]


def test_every_form_of_a_page_carries_the_token_of_the_session_that_reads_it(app: Flask) -> None:
    readers = [Visitor(app).signed_in_as(an_account()) for _ in range(2)]
    for path in ("/", "/monday/", "/startups/", "/deals/new"):
        for visitor in readers:  # one after the other: what is kept until something is written is kept for the second
            own = token_of(visitor)
            visitor.visit(path)
            found = [field.get("value") for field in visitor.now.all("input", name="csrf_token")]
            assert {secret_of(one) for one in found} == {secret_of(own)}


def test_what_is_made_for_several_readers_holds_nobodys_token(app: Flask) -> None:
    with app.test_request_context():
        own = token()
        with for_anybody():
            assert {token(), generate_csrf(), str(Form().csrf_token.current_token)} == {PLACE}
        assert token() == own != PLACE


def test_two_sessions_have_different_tokens_and_each_page_of_one_the_same(app: Flask) -> None:
    here, there = (Visitor(app).signed_in_as(an_account()) for _ in range(2))
    assert token_of(here) == token_of(here) != token_of(there)


def test_what_the_frame_keeps_follows_the_name_the_role_and_the_language_of_the_reader(app: Flask) -> None:
    account = an_account(name="Chen Mo")
    visitor = Visitor(app).signed_in_as(account)
    assert "Chen Mo" in visitor.open("/").get_data(as_text=True)
    with writing():
        found = db.session.get_one(Account, account.id)
        found.name, found.language = "Chen Moyan", "zh_CN"
    shown = visitor.open("/").get_data(as_text=True)
    assert "Chen Moyan" in shown
    assert "新建" in shown
    assert 'href="/accounts"' not in shown
    with writing():
        db.session.get_one(Account, account.id).role = Role.ADMIN
    assert 'href="/accounts"' in visitor.open("/accounts").get_data(as_text=True)


def test_what_the_frame_keeps_follows_the_name_of_the_platform(app: Flask, finance: Visitor) -> None:
    assert "Harbour Deals" not in finance.open("/").get_data(as_text=True)
    with writing():
        platform = db.session.query(Platform).one()
        platform.name_en = platform.name_zh = "Harbour Deals"
        platform.stamp = "another"
    assert "Harbour Deals" in finance.open("/").get_data(as_text=True)


def test_a_cookie_that_was_verified_before_ends_with_its_time(finance: Visitor) -> None:
    assert finance.open("/").status_code == 200
    long_after = (now() + timedelta(days=32)).timestamp()
    with patch("crm.web.sessions.time.time", return_value=long_after):
        assert finance.open("/").status_code == 303


def test_a_cookie_that_somebody_changed_opens_nothing(finance: Visitor) -> None:
    cookie = finance.client.get_cookie("crm")
    assert cookie is not None
    for changed in (cookie.value[:-2] + "AA", "x" + cookie.value, "", "."):
        finance.client.set_cookie("crm", changed)
        assert finance.open("/").status_code == 303


def test_answers_that_have_a_policy_of_their_own_keep_it(app: Flask) -> None:
    plain = Visitor(app).open("/sign-in").headers
    assert plain["Referrer-Policy"] == "same-origin"
    assert plain["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in plain
    assert Visitor(app).open("/links/unknown").headers.getlist("Referrer-Policy") == ["strict-origin"]
