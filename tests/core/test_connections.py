"""Connections to PostgreSQL: statements stay prepared, readers cannot write, a line that broke is noticed unasked."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core import connections
from crm.core.connections import read_in_transaction
from crm.core.db import db, unit_of_work
from crm.core.keeping import until_written
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import a_startup
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

pytestmark = pytest.mark.postgresql
TIMES = 8  # psycopg prepares what it sends for the sixth time


def test_what_pages_ask_stays_prepared_from_one_to_the_next(app: Flask, finance: Visitor) -> None:
    startup = a_startup()
    for _ in range(TIMES):
        assert finance.open(f"/startups/{startup.id}").status_code == 200
    with app.app_context(), unit_of_work(write=False) as session:
        assert session.scalar(sa.text("SELECT count(*) FROM pg_prepared_statements WHERE from_sql IS FALSE"))


def test_what_a_reading_unit_would_write_is_refused_and_a_writing_one_may_again(app: Flask, work: Work) -> None:
    startup = a_startup(note="before")
    change = sa.update(Startup).values(note="after")
    with (
        app.app_context(),
        pytest.raises(sa.exc.DBAPIError, match="read-only transaction"),
        unit_of_work(write=False) as session,
    ):
        session.execute(change)
    with work() as session:
        assert session.get_one(Startup, startup.id).note == "before"
        session.execute(change)
    with work() as session:
        assert session.get_one(Startup, startup.id).note == "after"


def test_a_connection_that_the_server_ended_is_replaced_before_anybody_uses_it(app: Flask) -> None:
    with app.app_context():
        with db.engine.connect() as connection:
            number = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        with db.engine.connect() as held, db.engine.connect() as other:
            assert held.scalar(sa.text("SELECT pg_backend_pid()")) == number
            other.execute(sa.text("SELECT 1"))
            last = other.scalar(sa.text("SELECT pg_backend_pid()"))
        end = sa.text("SELECT pg_terminate_backend(:pid, 5000)")
        with db.engine.connect() as connection:
            alive = connection.scalar(sa.text("SELECT pg_backend_pid()"))
            assert connection.scalar(end, {"pid": number if alive == last else last})
        with db.engine.connect() as one, db.engine.connect() as two:
            assert {one.scalar(sa.text("SELECT 1")), two.scalar(sa.text("SELECT 1"))} == {1}


def test_few_pages_wait_outside_the_index_that_searching_uses(work: Work) -> None:
    entries = (
        "INSERT INTO search_entry (record_type, record_id, page_id, title, note, name_key, archived, words)"
        " SELECT 'startup', n, n, '', '', '', false, '' FROM generate_series(1, 20000) AS n"
    )
    texts = (
        "INSERT INTO search_text (id, record_type, words) SELECT id, record_type, id::text::tsvector FROM search_entry"
    )
    with work() as session:
        session.execute(sa.text(entries))
        session.execute(sa.text(texts))
    with work() as session:
        waiting = session.scalar(sa.text("SELECT gin_clean_pending_list('ix_search_text_words')"))
    assert waiting is not None
    assert waiting * 8 <= 64 + 8, "kB: each search reads all of them"


def test_a_page_has_its_statements_planned_once_and_sums_by_their_values(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SESSION", dict(connections.SESSION))
    connections.plan_once()
    with app.app_context():
        db.engine.dispose()  # connections that were there before know nothing of it
        with unit_of_work(write=False) as session:
            asked = sa.text("SHOW plan_cache_mode")
            before = session.scalar(asked)
            with counted_statements(app) as sent:
                until_written("sums", lambda: [until_written(number, lambda: None) for number in range(3)])
            assert (before, session.scalar(asked)) == ("force_generic_plan", "auto")
            assert sum("SET LOCAL" in statement for statement in sent) == 1
        with unit_of_work(write=False) as session:
            assert session.scalar(asked) == "force_generic_plan"
        db.engine.dispose()


def test_a_page_is_read_without_a_transaction_and_may_still_write_nothing(app: Flask) -> None:
    def state() -> str:
        connection: Any = db.session.connection().connection.driver_connection
        return str(connection.info.transaction_status.name)

    write = sa.text("UPDATE platform SET stamp = stamp")
    with app.app_context():
        for _ in range(2):  # the same connection, from one unit to the next
            with unit_of_work(write=False) as session:
                session.execute(sa.text("SELECT 1"))
                assert state() == "IDLE"
            with pytest.raises(sa.exc.InternalError, match="read-only"), unit_of_work(write=False) as session:
                session.execute(write)
            with unit_of_work(write=True) as session:
                session.execute(write)
                assert state() == "INTRANS"
            with unit_of_work(write=False) as session:  # as a backup reads
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                session.execute(sa.text("SELECT 1"))
                assert state() == "INTRANS"


def test_rows_that_come_in_portions_are_of_one_transaction(app: Flask) -> None:
    numbers = sa.select(sa.func.generate_series(1, 3).label("number"))
    with app.app_context():
        for write in (False, True):
            with unit_of_work(write=write) as session:
                read_in_transaction(session)
                read_in_transaction(session)
                assert session.scalars(numbers.execution_options(yield_per=2)).all() == [1, 2, 3]
