"""Statements that are made ready once find what SQLAlchemy finds, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from crm.accounts.models import Account, Role
from crm.core.db import db, unit_of_work
from crm.core.prepared import Prepared, PreparedAmong
from tests.factories import a_startup, an_account
from tests.support.queries import counted_statements

COLUMNS = (
    Account.id,
    Account.role,
    Account.created_at,
    Account.disabled_at,
    Account.daily_digest,
    sa.literal(date(2026, 6, 12), sa.Date).label("day"),
    sa.cast(sa.func.sum(Account.id), sa.BigInteger).label("total"),
)
FOUND = (
    sa.select(*COLUMNS)
    .where(Account.role.in_([Role.FINANCE, Role.LEADER]), Account.created_at < sa.bindparam("at"))
    .group_by(Account.id)
    .order_by(Account.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
AT = datetime(2036, 1, 1, tzinfo=UTC)


def test_rows_have_the_values_and_names_that_sqlalchemy_gives(app: Flask) -> None:
    for role in (Role.FINANCE, Role.LEADER, Role.MANAGER):
        an_account(role=role)
    prepared = Prepared(FOUND)
    with app.app_context(), unit_of_work(write=False) as session:
        plain = session.execute(FOUND, {"at": AT, "most": 5}).all()
        for _ in range(2):
            rows = prepared.all(at=AT, most=5)
            assert [tuple(row) for row in rows] == [tuple(row) for row in plain]
        assert [row.role for row in rows] == [Role.FINANCE, Role.LEADER]
        assert len(prepared.all(at=AT, most=1)) == 1
        assert prepared.first(at=datetime(2000, 1, 1, tzinfo=UTC), most=1) is None


def test_a_writing_unit_finds_what_it_has_not_sent_yet(app: Flask) -> None:
    account = an_account()
    named = Prepared(sa.select(Account.name).where(Account.id == sa.bindparam("id")))
    with app.app_context(), unit_of_work(write=True) as session:
        session.get_one(Account, account.id).name = "Chen Moyan"
        assert named.first(id=account.id).name == "Chen Moyan"


def test_those_who_watch_statements_hear_of_it(app: Flask) -> None:
    one = Prepared(sa.select(sa.literal(1).label("one")))
    with app.app_context(), unit_of_work(write=False), counted_statements(app) as sent:
        one.all()
    assert len(sent) == 1


def test_what_the_database_refuses_is_told_as_sqlalchemy_tells_it(app: Flask) -> None:
    wrong = Prepared(sa.select(sa.column("nothing")).select_from(sa.table("nowhere")))
    with app.app_context(), pytest.raises(DBAPIError), unit_of_work(write=False):
        wrong.all()


def test_records_are_found_by_any_number_of_ids(app: Flask) -> None:
    ids = [a_startup().id for _ in range(18)]
    table = db.metadata.tables["startup"]
    named = PreparedAmong(sa.select(table.c.id), table.c.id)
    with app.app_context(), unit_of_work(write=False):
        for some in ([], ids[:1], ids[:16], ids):
            assert sorted(row.id for row in named.all(some)) == sorted(some)
