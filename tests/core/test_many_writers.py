"""Sixteen writers and four readers at once on SQLite, in four processes: each waits for its turn, nothing is lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.db import db, unit_of_work
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import a_startup
from tests.support import world

FORK = multiprocessing.get_context("fork")  # a process of its own, without importing everything again
PROCESSES, WRITERS, TIMES = 4, 4, 10
pytestmark = [
    pytest.mark.once,  # how SQLite locks
    pytest.mark.filterwarnings("ignore:.*use of fork"),  # Python 3.12: no thread holds what the new process needs
]


def add_one(startup_id: int, *, write: bool) -> None:
    """Read a number and write it back, one greater."""
    with unit_of_work(write=write) as session:
        count = int(session.scalar(sa.select(Startup.note).where(Startup.id == startup_id)) or 0)
        session.execute(sa.update(Startup).where(Startup.id == startup_id).values(note=str(count + 1)))
        if not write:
            session.commit()  # as somebody would who did not say so


def read(startup_id: int) -> None:
    with unit_of_work(write=False) as session:
        session.scalar(sa.select(Startup.note).where(Startup.id == startup_id))


def failures_of(call: Callable[[], object]) -> list[str]:
    """What went wrong in all repetitions of a call, inside one thread."""
    failed = []
    with world.app.app_context():
        for _ in range(TIMES):
            try:
                call()
            except sa.exc.OperationalError as error:
                failed.append(str(error.orig))
    return failed


def in_a_process(startup_id: int, write: bool) -> list[str]:
    with world.app.app_context():
        db.engine.dispose(close=False)  # the connections are the other process's
    calls = [lambda: add_one(startup_id, write=write)] * WRITERS + [lambda: read(startup_id)]
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(chain.from_iterable(pool.map(failures_of, calls)))


def all_at_once(startup_id: int, *, write: bool) -> list[str]:
    with world.app.app_context():
        db.engine.dispose()
    with FORK.Pool(PROCESSES) as pool:
        return list(chain.from_iterable(pool.starmap(in_a_process, [(startup_id, write)] * PROCESSES, chunksize=1)))


def test_no_writer_is_told_that_the_database_is_locked_and_nothing_is_lost(app: Flask, work: Work) -> None:
    startup = a_startup(note="0")
    assert all_at_once(startup.id, write=True) == []
    with work() as session:
        assert session.get_one(Startup, startup.id).note == str(PROCESSES * WRITERS * TIMES)


def test_units_that_do_not_say_that_they_write_are_told_so(app: Flask) -> None:
    """The control: without BEGIN IMMEDIATE, SQLite refuses whoever has read before somebody else wrote."""
    assert "database is locked" in all_at_once(a_startup(note="0").id, write=False)
