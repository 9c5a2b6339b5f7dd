"""What is kept holds until somebody writes, and not a moment longer."""

from __future__ import annotations

from threading import Thread

import sqlalchemy as sa
from flask import Flask

from crm.core.db import db, unit_of_work
from crm.core.keeping import KEPT, STATES, kept
from crm.startups.models import Startup
from tests.factories import a_startup


def startups() -> int:
    return db.session.scalar(sa.select(sa.func.count(Startup.id))) or 0


def asked(app: Flask, calls: list[int], *, write: bool = False) -> int:
    def answer() -> int:
        calls.append(1)
        return startups()

    with app.app_context(), unit_of_work(write=write):
        return kept("how many", answer)


def test_an_answer_is_computed_once_while_nothing_is_written(app: Flask) -> None:
    calls: list[int] = []
    a_startup()
    assert [asked(app, calls), asked(app, calls), asked(app, calls)] == [1, 1, 1]
    assert len(calls) == 1


def test_any_write_by_anybody_makes_it_be_computed_again(app: Flask) -> None:
    calls: list[int] = []
    assert asked(app, calls) == 0
    a_startup()
    assert asked(app, calls) == 1
    writer = Thread(target=a_startup)
    writer.start()
    writer.join()
    assert asked(app, calls) == 2
    with app.app_context(), unit_of_work(write=True) as session:
        session.execute(sa.text("DELETE FROM startup"))
    assert asked(app, calls) == 0


def test_a_writing_unit_keeps_nothing(app: Flask) -> None:
    calls: list[int] = []
    a_startup()
    assert asked(app, calls) == 1
    assert asked(app, calls, write=True) == 1
    assert len(calls) == 2
    with app.app_context(), db.engine.connect() as connection:
        connection.rollback()
    assert asked(app, calls) == 1


def test_what_another_transaction_has_not_finished_is_not_kept(app: Flask) -> None:
    """The other one began earlier and ends later: its row must be counted as soon as it is there."""
    calls: list[int] = []
    a_startup()
    if db_name(app) == "sqlite":
        return  # one writer at a time: there is no such interleaving
    with app.app_context():
        engine = db.engine
    with engine.connect() as early:
        early.execute(sa.text("UPDATE startup SET note = 'early'"))
        a_startup()
        assert asked(app, calls) == 2
        early.execute(sa.text("UPDATE startup SET short_name = 'x' WHERE note = 'early'"))
        early.commit()
    assert asked(app, calls) == 2
    assert len(calls) == 2


def db_name(app: Flask) -> str:
    with app.app_context():
        return db.engine.dialect.name


def test_what_was_true_before_many_writes_is_let_go(app: Flask) -> None:
    for count in range(STATES + 3):
        assert asked(app, []) == count
        a_startup()
    assert len(KEPT[engine_of(app)]) <= STATES


def engine_of(app: Flask) -> sa.Engine:
    with app.app_context():
        return db.engine
