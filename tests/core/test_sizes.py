"""SQLite learns each day which index tells more rows apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.clock import day_of
from crm.core.db import db, unit_of_work
from crm.core.periodic import DailyRun
from crm.core.sizes import learn_sizes_daily
from tests.factories import AT, a_deal


def known() -> int:
    """How many indexes of deals SQLite knows about."""
    with unit_of_work(write=False) as session:
        if not session.scalar(sa.text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")):
            return 0
        return session.scalar(sa.text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'deal'")) or 0


def test_indexes_are_looked_at_once_a_day(app: Flask) -> None:
    a_deal()
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL learns it by itself")
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
