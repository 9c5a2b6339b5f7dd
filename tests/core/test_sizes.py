"""SQLite learns each day which index tells more rows apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.clock import day_of
from crm.core.db import db, unit_of_work
from crm.core.periodic import DailyRun
from crm.core.sizes import SOUND, learn_sizes_daily
from tests.factories import AT, a_deal

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def forgotten(app: Flask) -> Iterator[None]:
    """What SQLite learnt here is nothing that other tests count on."""
    yield
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS sqlite_stat1"))
    with app.app_context():
        db.engine.dispose()  # a connection remembers


def known() -> int:
    """How many indexes of deals SQLite knows about."""
    with unit_of_work(write=False) as session:
        if not session.scalar(sa.text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")):
            return 0
        return session.scalar(sa.text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'deal'")) or 0


def test_indexes_are_looked_at_once_a_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", SOUND)
    a_deal()
    with app.app_context():
        learn_sizes_daily(AT)
        assert known() > 0
        with unit_of_work(write=True) as session:
            session.execute(sa.text("DELETE FROM sqlite_stat1"))
        learn_sizes_daily(AT)
        assert known() == 0
        learn_sizes_daily(AT + timedelta(days=1))
        assert known() > 0
        with unit_of_work(write=False) as session:
            assert session.scalar(sa.select(DailyRun.day).order_by(DailyRun.day)) == day_of(AT)


def test_an_sqlite_that_then_finds_wrong_rows_learns_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    a_deal()
    with app.app_context():
        learn_sizes_daily(AT)
        assert known() == 0
