"""Everybody says where they get mail; those who do the work choose whether the digest comes that way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from crm.accounts.models import Account
from crm.core.outbox import outbox
from tests.conftest import Work
from tests.factories import PASSWORD, an_account
from tests.support.visitor import Visitor

DIGEST = "Send me the day's digest each weekday morning"


@pytest.fixture
def mail_server(app: Flask) -> Iterator[None]:
    outbox.connect("smtp://127.0.0.1:9", "desk@example.cn")
    yield
    outbox.connect("", "")


def kept(work: Work, visitor: Visitor) -> Account:
    assert visitor.account is not None
    with work() as session:
        return session.get_one(Account, visitor.account.id)


@pytest.mark.usefixtures("mail_server")
def test_finance_staff_give_an_address_and_take_the_digest_back(finance: Visitor, work: Work) -> None:
    page = finance.visit("accounts.edit_own_account")
    assert page.now.field(DIGEST).get("checked") is not None
    page.submit("Save", email="lin@example.cn", current=PASSWORD, daily_digest=[])
    account = kept(work, finance)
    assert (account.email, account.daily_digest) == ("lin@example.cn", False)


def test_what_is_no_address_is_refused_next_to_the_field(finance: Visitor, work: Work) -> None:
    page = finance.visit("accounts.edit_own_account").submit("Save", email="林 <lin@example.cn>")
    assert page.status == 422
    assert page.now.error_of("E-mail") == "Write one mail address, such as lin@example.cn."
    assert page.now.value_of("E-mail") == "林 <lin@example.cn>"
    assert kept(work, finance).email == ""


def test_without_a_mail_server_the_choice_is_neither_shown_nor_lost(finance: Visitor, work: Work) -> None:
    page = finance.visit("accounts.edit_own_account")
    assert "sends no mail yet" in page.text
    page.submit("Save", email="lin@example.cn", current=PASSWORD)
    assert kept(work, finance).daily_digest


@pytest.mark.usefixtures("mail_server")
def test_an_investor_has_an_address_but_no_digest(investor: Visitor, work: Work) -> None:
    page = investor.visit("accounts.edit_own_account")
    assert DIGEST not in page.text
    page.submit("Save", email="shen@example.cn", current=PASSWORD)
    assert kept(work, investor).email == "shen@example.cn"


def test_an_administrator_gives_an_address_and_the_history_masks_it(admin: Visitor) -> None:
    account = an_account(username="zhou")
    page = admin.visit("accounts.edit_account", account_id=account.id).submit("Save", email="zhoumuzhi@example.cn")
    assert "zhoumuzhi@example.cn" in page.text
    assert "E-mail z***@example.cn" in page.text
    assert page.text.count("zhoumuzhi") == 1, "in the facts, not in the history"
