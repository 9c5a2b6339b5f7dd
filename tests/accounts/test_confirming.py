"""An open browser is no proof of who sits at it: the current password is asked again, and guessing it is limited."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account, Attempts
from crm.core.outbox import Mail, outbox
from tests.accounts.clocks import later
from tests.conftest import Work
from tests.factories import PASSWORD, an_account
from tests.support.command import crm
from tests.support.visitor import Visitor

WRONG, NEW = "not the password", "four other unrelated words"
LOCKED = "Too many failed attempts. The next one is possible in 15 minutes."


def change_password(visitor: Visitor, current: str, password: str = NEW) -> Visitor:
    return visitor.visit("accounts.change_password").submit("Change password", current=current, password=password)


def guess(visitor: Visitor, times: int) -> None:
    for _ in range(times):
        change_password(visitor, WRONG)


def test_five_wrong_passwords_lock_even_the_right_one_out_for_a_while(finance: Visitor) -> None:
    guess(finance, 5)
    assert LOCKED in change_password(finance, PASSWORD).text
    with later(minutes=16):
        assert change_password(finance, PASSWORD).status == 200


def test_every_page_that_asks_and_every_session_share_the_count(app: Flask, finance: Visitor) -> None:
    assert finance.account is not None
    guess(finance, 3)
    elsewhere = Visitor(app).signed_in_as(finance.account)
    page = elsewhere.visit("accounts.edit_own_account")
    for _ in range(2):
        page.submit("Save", email="thief@example.cn", current=WRONG)
    assert LOCKED in page.submit("Save", email="thief@example.cn", current=PASSWORD).text
    page = elsewhere.visit("accounts.switch_on").submit("Switch on", code="000000", current=PASSWORD)
    assert LOCKED in page.text


def test_who_guesses_in_an_open_session_keeps_nobody_from_signing_in(finance: Visitor, visitor: Visitor) -> None:
    assert finance.account is not None
    guess(finance, 5)
    page = visitor.visit("accounts.sign_in")
    assert page.submit("Sign in", username=finance.account.username, password=PASSWORD).now.url == "/"


def test_the_right_password_forgets_the_wrong_ones(finance: Visitor, work: Work) -> None:
    guess(finance, 4)
    change_password(finance, PASSWORD)
    with work() as session:
        assert session.scalars(sa.select(Attempts.kind)).all() == []


def test_a_new_password_that_is_refused_is_no_guess(finance: Visitor) -> None:
    for _ in range(6):
        change_password(finance, PASSWORD, "password1234")
    assert change_password(finance, PASSWORD).status == 200


@pytest.mark.parametrize("lift", ["command", "page"])
def test_an_administrator_lifts_this_lock_too(finance: Visitor, admin: Visitor, lift: str) -> None:
    assert finance.account is not None
    guess(finance, 5)
    if lift == "command":
        assert crm("user", "unlock", finance.account.username).exit_code == 0
    else:
        admin.visit("accounts.show_account", account_id=finance.account.id).submit("Lift the lock-out")
    assert change_password(finance, PASSWORD).status == 200


@pytest.fixture
def mail_server(app: Flask) -> Iterator[None]:
    outbox.connect("smtp://127.0.0.1:9", "desk@example.cn")
    yield
    outbox.connect("", "")


def test_another_mail_address_takes_the_password_and_everything_else_takes_none(finance: Visitor, work: Work) -> None:
    assert finance.account is not None
    page = finance.visit("accounts.edit_own_account")
    assert page.submit("Save").status == 200
    assert page.submit("Save", email="lin@example.cn").status == 422
    assert page.now.error_of("Current password") == "This is not your current password."
    page.submit("Save", email="lin@example.cn", current=PASSWORD)
    with work() as session:
        assert session.get_one(Account, finance.account.id).email == "lin@example.cn"


@pytest.mark.usefixtures("mail_server")
@pytest.mark.parametrize("who", ["holder", "administrator"])
def test_the_address_that_was_is_told_that_letters_go_elsewhere(
    app: Flask, admin: Visitor, work: Work, who: str
) -> None:
    account = an_account(username="chen", language="en", email="old@example.cn")
    if who == "holder":
        page = Visitor(app).signed_in_as(account).visit("accounts.edit_own_account")
        page.submit("Save", email="new@example.cn", current=PASSWORD)
    else:
        admin.visit("accounts.edit_account", account_id=account.id).submit("Save", email="new@example.cn")
    with work() as session:
        letter = session.scalars(sa.select(Mail)).one()
    assert letter.recipient == "old@example.cn"
    assert "letters about this account go to another address" in letter.plain
    assert "new@example.cn" not in letter.plain


def test_a_conflict_repeats_no_password(app: Flask, finance: Visitor) -> None:
    assert finance.account is not None
    page = finance.visit("accounts.edit_own_account")
    twin = Visitor(app).signed_in_as(finance.account).visit("accounts.edit_own_account")
    twin.submit("Save", email="one@example.cn", current=PASSWORD)
    page.submit("Save", email="two@example.cn", current=PASSWORD)
    assert page.status == 409
    assert PASSWORD not in page.now.html
