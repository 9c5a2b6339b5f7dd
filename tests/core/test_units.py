"""Units of work: one boundary, never half a transaction, and writers that wait for each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role, System
from crm.core.db import db, unit_of_work
from crm.core.errors import Refusal
from crm.funds import actions as fund_actions
from crm.funds.models import Commitment
from crm.funds.queries import find_fund
from crm.lib.money import Amount
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import AT, BY, a_fund, a_startup, an_account


def test_units_do_not_nest(work: Work) -> None:
    with pytest.raises(RuntimeError), work(), unit_of_work(write=False):
        pass


def test_a_unit_that_cannot_begin_keeps_no_later_one_from_beginning(app: Flask) -> None:
    """The database went away after something was read outside any unit: this thread serves others later."""
    lost = sa.exc.OperationalError("ROLLBACK", {}, Exception("the connection is lost"))
    with app.app_context():
        db.session.scalar(sa.select(1))
        with (
            patch.object(Session, "rollback", side_effect=lost),
            pytest.raises(sa.exc.OperationalError),
            unit_of_work(write=False),
        ):
            pass
        with unit_of_work(write=True) as session:
            assert session.scalar(sa.select(1)) == 1


def test_what_a_reading_unit_loaded_stays_readable(app: Flask) -> None:
    startup = a_startup("上海衡汐智能科技有限公司")
    with app.app_context():
        with unit_of_work(write=False) as session:
            read = session.get_one(Startup, startup.id)
        assert read.name == "上海衡汐智能科技有限公司"


def test_a_read_outside_any_unit_does_not_spoil_the_write_that_follows(app: Flask) -> None:
    """SQLite cannot turn a reading transaction into a writing one once somebody else wrote."""
    startup = a_startup()
    with app.app_context():
        db.session.scalar(sa.select(Startup.id))
        thread = threading.Thread(target=a_startup)
        thread.start()
        thread.join()
        with unit_of_work(write=True) as session:
            session.get_one(Startup, startup.id).note = "kept"
    with app.app_context(), unit_of_work(write=False) as session:
        assert session.get_one(Startup, startup.id).note == "kept"


def at_once(app: Flask, *calls: object) -> list[object]:
    """What each call gives, all started at the same moment, each in a unit of its own."""
    start = threading.Barrier(len(calls))

    def run(call: object) -> object:
        with app.app_context():
            start.wait()
            try:
                with unit_of_work(write=True):
                    return call()  # type: ignore[operator]
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_commitments_at_once_close_no_circle(app: Flask, work: Work) -> None:
    first, second = a_fund("甲基金"), a_fund("乙基金")

    def commit(fund_id: int, investor: str) -> object:
        fund = find_fund(BY, fund_id)
        assert fund is not None
        return fund_actions.add_commitment(fund, investor, Amount(), None, by=BY, at=AT)

    ends = at_once(app, lambda: commit(first.id, "乙基金"), lambda: commit(second.id, "甲基金"))
    assert sorted(isinstance(end, Refusal) for end in ends) == [False, True]
    with work() as session:
        assert session.scalar(sa.select(sa.func.count(Commitment.id))) == 1


def test_two_administrators_cannot_disable_each_other(app: Flask, work: Work) -> None:
    ids = [an_account(Role.ADMIN).id for _ in range(2)]

    def disable(account_id: int) -> object:
        return account_actions.disable(db.session.get_one(Account, account_id), by=System(), at=AT)

    ends = at_once(app, *(lambda one=one: disable(one) for one in ids))  # type: ignore[misc]
    assert sorted(isinstance(end, Refusal) for end in ends) == [False, True]


def test_an_sql_error_hides_its_parameters(work: Work) -> None:
    startup = a_startup()
    with pytest.raises(sa.exc.IntegrityError) as told, work() as session:
        session.execute(sa.update(Startup).where(Startup.id == startup.id).values(name=None, note="a secret"))
    assert "SQL parameters hidden" in str(told.value)
