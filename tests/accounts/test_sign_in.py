"""Signing in and out."""

from __future__ import annotations

from unittest.mock import patch

from flask import Flask

from crm.accounts import passwords
from crm.accounts.models import Role
from tests.conftest import Work
from tests.factories import PASSWORD, an_account
from tests.support.visitor import Visitor


def sign_in(visitor: Visitor, username: str, password: str = PASSWORD) -> Visitor:
    return visitor.visit("accounts.sign_in").submit("Sign in", username=username, password=password)


def test_the_right_password_leads_home(visitor: Visitor) -> None:
    an_account(username="chen", role=Role.FINANCE)
    sign_in(visitor, "chen")
    assert visitor.now.url == "/"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(visitor: Visitor) -> None:
    an_account(username="chen")
    wrong = sign_in(visitor, "chen", "not the password").text
    unknown = sign_in(visitor, "nobody", "not the password").text
    assert "The user name or the password is wrong." in wrong
    assert wrong.replace("chen", "") == unknown.replace("nobody", "")


def test_known_and_unknown_names_cost_one_verification_each(visitor: Visitor) -> None:
    an_account(username="chen")
    passwords.dummy_hash()
    calls = []

    class Counting:
        def verify(self, *args: str) -> bool:
            calls.append(args)
            return False

    with patch.object(passwords, "hasher", Counting()):
        for name in ("chen", "nobody"):
            sign_in(visitor, name, "not the password")
    assert len(calls) == 2


def test_a_disabled_account_is_refused_and_its_sessions_end(app: Flask, visitor: Visitor, admin: Visitor) -> None:
    account = an_account(username="chen")
    sign_in(visitor, "chen")
    admin.visit("accounts.disable_account", account_id=account.id).submit("Disable the account")
    assert visitor.visit("home.show_home").now.h1 == "Sign in"
    assert "wrong" in sign_in(visitor, "chen").text


def test_signing_out_makes_the_cookie_worthless(finance: Visitor) -> None:
    with finance.client.session_transaction() as session:
        kept = dict(session)
    finance.visit("home.show_home").submit("Sign out")
    with finance.client.session_transaction() as session:
        session.update(kept)
    assert finance.visit("home.show_home").now.h1 == "Sign in"


def test_signing_in_leads_back_to_the_page_asked_for_but_never_to_another_site(visitor: Visitor) -> None:
    an_account(username="chen")
    visitor.visit("/deals/?stage=met").submit("Sign in", username="chen", password=PASSWORD)
    assert visitor.now.url == "/deals/?stage=met"
    visitor.submit("Sign out")
    for evil in ("//evil.example", "/\\evil.example", "https://evil.example", "///evil.example", "/nowhere"):
        visitor.visit(f"/sign-in?next={evil}").submit("Sign in", username="chen", password=PASSWORD)
        assert visitor.now.url == "/"
        visitor.submit("Sign out")


def test_own_password_is_changed_only_by_who_knows_it(finance: Visitor) -> None:
    page = finance.visit("accounts.change_password")
    page.submit("Change password", current="wrong one here", password="four other unrelated words")
    assert page.now.error_of("Current password") == "This is not your current password."
    page.submit("Change password", current=PASSWORD, password="password1234")
    assert page.now.error_of("New password") == "This password is easy to guess. A few unrelated words are better."
    page.submit("Change password", current=PASSWORD, password="four other unrelated words")
    assert page.now.url == "/"


def test_the_language_is_kept_with_the_account(finance: Visitor) -> None:
    finance.visit("home.show_home")
    page = finance.now
    form = next(one for one in page.all("form") if one.get("action") == "/language")
    finance.open("/language", "POST", {**page.fields_of(form), "language": "zh_CN"})
    finance.accept_language = "en"
    assert finance.visit("deals.list_deals").now.h1 == "对接"


def test_the_last_administrator_cannot_be_disabled(admin: Visitor) -> None:
    assert admin.account is not None
    page = admin.visit("accounts.disable_account", account_id=admin.account.id).submit("Disable the account")
    assert page.status == 422
    assert "This is the last administrator" in page.text


def test_an_investor_needs_an_institution(admin: Visitor, work: Work) -> None:
    page = admin.visit("accounts.add_account").submit(
        "Add the account", username="gu", name="顾", role="investor", institution="", password=PASSWORD
    )
    assert page.status == 422
    assert page.now.error_of("Institution") == "An investor belongs to an institution: name it."


def test_signing_in_over_a_session_ends_it(finance: Visitor) -> None:
    with finance.client.session_transaction() as session:
        kept = dict(session)
    other = an_account(username="zhou")
    form = Visitor(finance.app).visit("accounts.sign_in").now
    fields = form.fields_of(form.form_of("Sign in")[0])
    finance.app.config["WTF_CSRF_ENABLED"] = False
    try:
        answer = finance.open("/sign-in", "POST", {**fields, "username": other.username, "password": PASSWORD})
    finally:
        finance.app.config["WTF_CSRF_ENABLED"] = True
    assert answer.status_code == 303
    with finance.client.session_transaction() as session:
        session.clear()
        session.update(kept)
    assert finance.visit("home.show_home").now.h1 == "Sign in"
