"""What the log may know of SQL."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from crm.core.db import db, unit_of_work
from crm.core.statements import watch
from tests.factories import an_account

SECRET = "许望舒的手机"


def told_of_a_query(app: Flask, limit_ms: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the log says of one statement with a secret in it."""
    monkeypatch.setattr(watch, "limit_ms", limit_ms)
    with capture_logs() as lines, app.app_context(), unit_of_work(write=False) as session:
        session.execute(sa.text("SELECT\n  CAST(:name AS VARCHAR(40))"), {"name": SECRET})
    return [f"{line['event']}: {line['sql']}" for line in lines if line["event"] == "slow query"]


def test_a_slow_statement_is_told_without_its_parameters(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(1000))
    monkeypatch.setattr("crm.core.statements.time.perf_counter", lambda: next(ticks))
    told = told_of_a_query(app, 500, monkeypatch)
    assert len(told) == 1
    assert told[0].startswith("slow query: SELECT CAST(")
    assert SECRET not in told[0]


def test_a_quick_statement_is_not_told_and_0_tells_of_none(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_of_a_query(app, 60_000, monkeypatch) == []
    assert told_of_a_query(app, 0, monkeypatch) == []


def test_a_broken_constraint_does_not_quote_the_row(app: Flask) -> None:
    an_account(username="xu-wangshu")
    table = db.metadata.tables["account"]
    with app.app_context(), unit_of_work(write=True) as session:
        row = session.execute(sa.select(table)).mappings().one()
        twin = sa.insert(table).values({**row, "id": row["id"] + 1})
        with pytest.raises(IntegrityError) as caught:
            session.execute(twin)
        session.rollback()
    assert "username" in str(caught.value)
    assert "xu-wangshu" not in str(caught.value)
    assert "xu-wangshu" not in str(caught.value.orig)
