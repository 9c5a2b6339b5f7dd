"""Whoever guesses is locked out: by name, by address, for longer and longer, in every process alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts import lockout
from crm.accounts.lockout import ADDRESS, NAME, LockedOut
from crm.accounts.models import Attempts
from crm.core.clock import now
from crm.core.db import unit_of_work
from tests.accounts.clocks import later
from tests.conftest import Work
from tests.factories import PASSWORD, an_account
from tests.support.command import crm
from tests.support.visitor import Visitor

WRONG = "not the password"


def sign_in(visitor: Visitor, username: str, password: str = PASSWORD) -> Visitor:
    return visitor.visit("accounts.sign_in").submit("Sign in", username=username, password=password)


def fail(app: Flask, username: str, times: int) -> None:
    for _ in range(times):
        sign_in(Visitor(app), username, WRONG)


def test_five_failures_lock_the_name_even_for_the_right_password(app: Flask, visitor: Visitor) -> None:
    an_account(username="chen")
    fail(app, "chen", 5)
    page = sign_in(visitor, "chen")
    assert "Too many failed attempts. The next one is possible in 15 minutes." in page.text
    assert "Ask the" in page.text, "and whom to call"


def test_a_name_that_nobody_has_is_locked_alike(app: Flask, visitor: Visitor) -> None:
    fail(app, "nobody", 5)
    assert "Too many failed attempts" in sign_in(visitor, "nobody").text


def test_the_lock_ends_by_itself_and_the_next_is_longer(app: Flask, visitor: Visitor) -> None:
    an_account(username="chen")
    fail(app, "chen", 5)
    with later(minutes=16):
        fail(app, "chen", 5)
        assert "in 60 minutes" in sign_in(visitor, "chen").text
    with later(minutes=80):
        assert sign_in(visitor, "chen").now.url == "/"


def test_a_day_without_failures_begins_anew(app: Flask, work: Work) -> None:
    at = now()
    for moment in (at, at + timedelta(hours=25)):
        for _ in range(5):
            with work():
                lockout.take(NAME, "chen", at=moment)
        with work():
            assert lockout.locked_until(NAME, "chen", moment) == moment + timedelta(minutes=15)


def test_trying_on_while_locked_out_does_not_lengthen_the_lock(app: Flask, work: Work) -> None:
    fail(app, "chen", 8)
    with work() as session:
        assert session.scalar(sa.select(Attempts.count).where(Attempts.kind == "name")) == 5


def test_a_right_password_forgets_the_failures(app: Flask, visitor: Visitor, work: Work) -> None:
    an_account(username="chen")
    fail(app, "chen", 4)
    sign_in(visitor, "chen")
    with work() as session:
        assert session.scalars(sa.select(Attempts.kind)).all() == ["address"]


def test_one_who_guesses_does_not_lock_out_the_office_that_shares_the_address(app: Flask, visitor: Visitor) -> None:
    an_account(username="chen")
    for name in ("a", "b", "c"):
        fail(app, name, 5)
    assert sign_in(visitor, "chen").now.url == "/"


def test_fifty_failures_lock_the_address_and_no_other_one(app: Flask, visitor: Visitor, work: Work) -> None:
    an_account(username="chen")
    fail(app, "chen", 1)
    with work() as session:
        session.execute(sa.update(Attempts).where(Attempts.kind == "address").values(count=49))
    fail(app, "zhou", 1)
    assert "Too many failed attempts" in sign_in(visitor, "chen").text
    elsewhere = Visitor(app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    assert sign_in(elsewhere, "chen").now.url == "/"


def test_who_signs_in_costs_the_address_nothing(app: Flask, visitor: Visitor, work: Work) -> None:
    an_account(username="chen")
    sign_in(visitor, "chen")
    with work() as session:
        assert session.scalar(sa.select(Attempts.count)) == 0


def test_the_database_keeps_no_address_that_could_be_read(app: Flask, visitor: Visitor, work: Work) -> None:
    fail(app, "chen", 1)
    with work() as session:
        subject = session.scalars(sa.select(Attempts.subject).where(Attempts.kind == "address")).one()
    assert "127" not in subject[:3]
    assert len(subject) == 64


def test_the_two_halves_of_an_ipv6_address_count_as_a_household_and_a_device(app: Flask) -> None:
    from crm.web.origins import network_of

    assert network_of("2001:db8:1:2::7") == network_of("2001:db8:1:2:ffff::8")
    assert network_of("2001:db8:1:2::7") != network_of("2001:db8:1:3::7")


def test_many_at_once_get_no_further_than_one_after_the_other(app: Flask) -> None:
    """An attempt is counted before it is made. The positive control: 40 threads do race."""

    def attempt(_: int) -> bool:
        with app.app_context():
            try:
                with unit_of_work(write=True):
                    lockout.take(NAME, "chen", at=at)
            except LockedOut:
                return False
            return True

    at = now()
    with ThreadPoolExecutor(8) as threads:
        allowed = list(threads.map(attempt, range(40)))
    assert sum(allowed) == 5


def test_an_administrator_lifts_a_lock(app: Flask, admin: Visitor, visitor: Visitor) -> None:
    account = an_account(username="chen")
    fail(app, "chen", 5)
    page = admin.visit("accounts.show_account", account_id=account.id)
    assert "Locked out" in page.text
    assert "lifted the lock-out of “chen”" in page.submit("Lift the lock-out").text
    assert sign_in(visitor, "chen").now.url == "/"


def test_a_command_lifts_a_lock(app: Flask, visitor: Visitor) -> None:
    an_account(username="chen")
    fail(app, "chen", 5)
    assert crm("user", "unlock", "chen").exit_code == 0
    assert sign_in(visitor, "chen").now.url == "/"


@pytest.mark.parametrize("limit", [NAME, ADDRESS])
def test_each_lock_is_at_least_as_long_as_the_one_before(limit: lockout.Limit) -> None:
    assert list(limit.locks) == sorted(limit.locks)
    assert limit.locks[-1] < lockout.FORGOTTEN_AFTER, "else the count begins anew during the lock"
