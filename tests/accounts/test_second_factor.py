"""Signing in in two steps: a code of the phone, or a recovery code; each once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest.mock import patch

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts import second_factor
from crm.accounts.models import Account, RecoveryCode, Role, SecondFactor
from crm.accounts.sealing import Broken, seal, unseal
from crm.blueprints import load_accounts
from crm.core.clock import now
from crm.core.db import db
from crm.core.errors import Refusal
from crm.web.sessions import PENDING, TOKEN
from tests.accounts.clocks import later
from tests.conftest import Work
from tests.factories import PASSWORD, an_account, writing
from tests.support.command import crm
from tests.support.page import text_of
from tests.support.visitor import Visitor

ON = "/account/second-factor/on"


def password_in(app: Flask, username: str, path: str = "/sign-in") -> Visitor:
    return Visitor(app).visit(path).submit("Sign in", username=username, password=PASSWORD)


def secret_on(page: Visitor) -> str:
    """The key that the open page offers."""
    return text_of(page.now.all("code")[0]).replace(" ", "")


def code_of(secret: str, at: datetime | None = None) -> str:
    return pyotp.TOTP(secret).at(at or now())


@pytest.fixture
def must(app: Flask) -> Iterator[None]:
    """Administrators and finance staff sign in in two steps."""
    settings = app.extensions["crm_settings"]
    try:
        with patch.object(settings, "totp_roles", "admin, finance"):
            load_accounts(settings)
            yield
    finally:
        load_accounts(settings)


@pytest.fixture
def chen(app: Flask) -> tuple[Account, str]:
    """An account with a second step, and its secret."""
    account, key = (
        an_account(username="chen", name="陈一", role=Role.FINANCE),
        app.extensions["crm_settings"].secret_key,
    )
    with writing():
        kept = db.session.get_one(Account, account.id)
        offer = second_factor.offer(kept, "平台", key)
        before = now() - timedelta(seconds=30)  # so that the code of this half minute is still good
        second_factor.switch_on(kept, offer.sealed, code_of(offer.secret, before), key, at=now())
    return account, offer.secret


def test_whoever_switched_it_on_is_asked_for_a_code(app: Flask, chen: tuple[Account, str]) -> None:
    page = password_in(app, "chen", "/deals/?stage=met")
    assert page.now.h1 == "Enter a code"
    assert page.submit("Sign in", code=code_of(chen[1])).now.url == "/deals/?stage=met"


def test_half_way_in_is_outside(app: Flask, chen: tuple[Account, str]) -> None:
    page = password_in(app, "chen")
    assert page.visit("home.show_home").now.h1 == "Sign in"
    with page.client.session_transaction() as session:
        session[TOKEN] = session[PENDING]
    assert page.visit("accounts.show_second_factor").now.h1 == "Sign in", "the token itself opens nothing"
    with later(minutes=11):
        assert page.visit("accounts.enter_code").now.h1 == "Sign in", "and not for long"


def test_switching_on_takes_the_password_and_a_code_that_fits(app: Flask, finance: Visitor) -> None:
    page = finance.visit(ON)
    page.submit("Switch on", code="000000", current=PASSWORD)
    assert (page.status, page.now.error_of("Code of the phone")[:18]) == (422, "This code is wrong")
    page.submit("Switch on", code=code_of(secret_on(page)), current="something else here")
    assert page.now.error_of("Current password") == "This is not your current password."
    assert page.visit("accounts.show_second_factor").text.count("Set up"), "still off"


def test_an_offer_holds_for_one_account_and_a_quarter_of_an_hour(app: Flask, work: Work) -> None:
    key, mine, other = "k" * 40, an_account(), an_account()
    sealed = second_factor.offer(mine, "平台", key).sealed
    assert second_factor.offered(mine, sealed, key)
    for account, sent in ((other, sealed), (mine, sealed[:-4] + "AAAA"), (mine, "")):
        with pytest.raises(Refusal):
            second_factor.offered(account, sent, key)
    with patch("cryptography.fernet.time.time", lambda: now().timestamp() + 16 * 60), pytest.raises(Refusal):
        second_factor.offered(mine, sealed, key)


def test_a_code_works_once(app: Flask, chen: tuple[Account, str]) -> None:
    code = code_of(chen[1])
    assert password_in(app, "chen").submit("Sign in", code=code).now.url == "/"
    again = password_in(app, "chen").submit("Sign in", code=code)
    assert "This code is wrong or was used already." in again.text


def test_a_code_of_the_half_minute_before_or_after_works_and_none_further_away() -> None:
    secret, at = pyotp.random_base32(), now()
    near = {
        offset: second_factor.step_of(secret, code_of(secret, at + timedelta(seconds=30 * offset)), at)
        for offset in range(-3, 4)
    }
    assert [offset for offset, step in near.items() if step is not None] == [-1, 0, 1]


def test_a_code_before_the_last_one_is_refused_too(app: Flask, chen: tuple[Account, str], work: Work) -> None:
    at, (account, secret) = now(), chen
    with work() as session:
        account = session.get_one(Account, account.id)
        key = app.extensions["crm_settings"].secret_key
        second_factor.accept(account, code_of(secret, at + timedelta(seconds=30)), key, at=at)
        with pytest.raises(Refusal):
            second_factor.accept(account, code_of(secret, at), key, at=at)


def test_five_wrong_codes_lock_the_account_and_a_right_password_between_them_helps_nobody(
    app: Flask, chen: tuple[Account, str]
) -> None:
    for _ in range(5):
        password_in(app, "chen").submit("Sign in", code="000000")
    assert "Too many failed attempts" in password_in(app, "chen").text


def test_a_recovery_code_works_once_and_however_it_is_typed(app: Flask, finance: Visitor) -> None:
    page = finance.visit(ON)
    page.submit("Switch on", code=code_of(secret_on(page)), current=PASSWORD)
    codes = text_of(page.now.all("textarea")[0]).split()
    assert len(set(codes)) == 10
    assert finance.account is not None
    name = finance.account.username
    assert password_in(app, name).submit("Sign in", code=codes[0].upper().replace("-", " ")).now.url == "/"
    assert "wrong or was used" in password_in(app, name).submit("Sign in", code=codes[0]).text
    assert "9" in finance.visit("accounts.show_second_factor").text
    finance.submit("New recovery codes", current=PASSWORD)
    assert "wrong or was used" in password_in(app, name).submit("Sign in", code=codes[1]).text, "renewed"


def test_the_database_keeps_neither_secret_nor_codes(app: Flask, finance: Visitor, work: Work) -> None:
    page = finance.visit(ON)
    secret = secret_on(page)
    page.submit("Switch on", code=code_of(secret), current=PASSWORD)
    codes = text_of(page.now.all("textarea")[0]).replace("-", "").split()
    with work() as session:
        kept = repr(session.execute(sa.select(SecondFactor.secret)).all())
        kept += repr(session.execute(sa.select(RecoveryCode.code_hash)).all())
    assert not [one for one in (secret, *codes) if one in kept]
    key = app.extensions["crm_settings"].secret_key
    assert secret in unseal(eval(kept[: kept.index("]") + 1])[0][0], key), "the positive control"  # noqa: S307
    with pytest.raises(Broken):
        unseal(seal("x", key), "another key")


def test_switching_off_takes_the_password(app: Flask, chen: tuple[Account, str]) -> None:
    visitor = Visitor(app).signed_in_as(chen[0]).visit("accounts.show_second_factor")
    assert visitor.submit("Switch off", current="something else here").status == 422
    visitor.submit("Switch off", current=PASSWORD)
    assert password_in(app, "chen").now.url == "/"


def test_who_knows_the_password_alone_replaces_no_phone(app: Flask, chen: tuple[Account, str]) -> None:
    page = password_in(app, "chen").visit("accounts.begin_second_factor")
    assert page.now.h1 == "Enter a code"
    with writing():
        account = db.session.get_one(Account, chen[0].id)
        offer = second_factor.offer(account, "平台", "key")
        with pytest.raises(Refusal):
            second_factor.switch_on(account, offer.sealed, code_of(offer.secret), "key", at=now())


@pytest.mark.usefixtures("must")
def test_a_role_that_must_sets_it_up_right_after_the_password_and_reaches_nothing_before(app: Flask) -> None:
    an_account(username="chen", role=Role.FINANCE)
    page = password_in(app, "chen", "/deals/?stage=met")
    assert page.now.h1 == "Set up sign-in in two steps"
    for path in ("/", "/deals/", "/account", "/password", "/account/second-factor"):
        assert page.visit(path).now.h1 == "Sign in", path
    page.visit("/sign-in/second-factor?next=/deals/").submit("Switch on", code=code_of(secret_on(page)))
    assert page.now.h1 == "Your recovery codes"
    assert page.click("I have kept them").now.url == "/deals/"


@pytest.mark.usefixtures("must")
def test_a_role_that_must_cannot_switch_it_off(app: Flask, chen: tuple[Account, str]) -> None:
    visitor = Visitor(app).signed_in_as(chen[0]).visit("accounts.show_second_factor")
    assert "Switch off" not in visitor.text
    page = visitor.now
    sent = page.fields_of(page.form_of("New recovery codes")[0]) | {"current": PASSWORD}
    assert visitor.open("/account/second-factor/off", "POST", sent).status_code == 422


def test_a_session_without_the_second_step_ends_once_the_role_must(app: Flask, request: pytest.FixtureRequest) -> None:
    finance, leader = (Visitor(app).signed_in_as(an_account(role=role)) for role in (Role.FINANCE, Role.LEADER))
    assert finance.visit("home.show_home").now.h1 != "Sign in"
    request.getfixturevalue("must")
    assert finance.visit("home.show_home").now.h1 == "Sign in"
    assert leader.visit("home.show_home").now.h1 != "Sign in"


def test_an_administrator_frees_whoever_lost_the_phone_and_the_history_says_so(
    app: Flask, admin: Visitor, chen: tuple[Account, str]
) -> None:
    elsewhere = Visitor(app).signed_in_as(chen[0])
    page = admin.visit("accounts.show_account", account_id=chen[0].id).submit("Take the second step away")
    assert "took the second step of signing in away from “chen”" in page.text
    assert elsewhere.visit("home.show_home").now.h1 == "Sign in"
    assert password_in(app, "chen").now.url == "/"


def test_a_command_frees_whoever_lost_the_phone(app: Flask, chen: tuple[Account, str]) -> None:
    assert crm("user", "totp-reset", "chen").exit_code == 0
    assert password_in(app, "chen").now.url == "/"


def test_another_secret_key_leaves_the_recovery_codes(app: Flask, chen: tuple[Account, str]) -> None:
    with patch.object(app.extensions["crm_settings"], "secret_key", "another key of the same length as before"):
        assert "wrong" in password_in(app, "chen").submit("Sign in", code=code_of(chen[1])).text
