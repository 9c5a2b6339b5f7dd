"""`crm db upgrade` on two nodes at once, and code and database that do not belong together."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.cli.revisions import upgrading_alone
from crm.config import Settings
from crm.core.db import db
from crm.core.sizes import SOUND
from tests.support.command import crm
from tests.support.installation import installation

FORK = multiprocessing.get_context("fork")  # a process of its own, without importing everything again

# Python 3.12 warns: no thread holds what the new process needs.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork")


@pytest.fixture
def fresh(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An installation without any table."""
    with installation(tmp_path, settings) as app:
        yield app


def upgrade() -> None:
    os._exit(crm("db", "upgrade", "0001").exit_code)


def db_kind(app: Flask) -> str:
    with app.app_context():
        return db.engine.dialect.name


def tables_of_sqlite(app: Flask) -> set[str]:
    """The tables, with those that SQLite keeps for itself."""
    if db_kind(app) != "sqlite":
        return set()
    with app.app_context(), db.engine.connect() as connection:
        return set(connection.scalars(sa.text("SELECT name FROM sqlite_master")))


def tables(app: Flask) -> list[str]:
    with app.app_context():
        return sa.inspect(db.engine).get_table_names()


def test_an_upgrade_waits_for_another_one_and_finds_nothing_to_do(fresh: Flask) -> None:
    nodes = [FORK.Process(target=upgrade) for _ in range(2)]
    with fresh.app_context():
        db.engine.dispose()
        with upgrading_alone():
            for node in nodes:
                node.start()
            nodes[0].join(1)
            assert [node.exitcode for node in nodes] == [None, None], "both wait"
            assert tables(fresh) == []
    for node in nodes:
        node.join(60)
    assert [node.exitcode for node in nodes] == [0, 0]
    assert "startup" in tables(fresh)


def test_code_that_is_older_than_the_database_says_so_and_does_nothing(fresh: Flask) -> None:
    crm("db", "upgrade", "0001")
    with fresh.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    for command in (["db", "upgrade"], ["serve"], ["worker", "--once"]):
        answer = crm(*command)
        assert answer.exit_code == 1
        assert "the code is older than the database, which is at revision 9999" in answer.stderr


def test_nothing_is_served_from_a_database_that_is_older_than_the_code(fresh: Flask) -> None:
    for revision in ("none", "0001"):
        for command in (["serve"], ["worker", "--once"]):
            answer = crm(*command)
            assert answer.exit_code == 1
            assert f"it is at revision {revision}. Run: crm db upgrade" in answer.stderr
        crm("db", "upgrade", "0001")


@pytest.mark.usefixtures("fresh")
def test_what_waits_for_the_database_says_so_and_gives_up_in_time() -> None:
    crm("db", "upgrade", "0001")
    for command in (["serve"], ["worker"]):
        answer = crm(*command, "--wait", "0.1")
        assert "The database is at revision 0001: waiting for 0" in answer.stdout
        assert (answer.exit_code, "Run: crm db upgrade" in answer.stderr) == (1, True)


@pytest.mark.usefixtures("fresh")
def test_an_upgrade_to_a_revision_that_was_left_behind_is_refused() -> None:
    assert "The database is at 0002, the newest is 0" in crm("db", "upgrade", "0002").stdout
    answer = crm("db", "upgrade", "0001")
    assert answer.exit_code == 1
    assert "at revision 0002, which is newer than 0001. To go back: crm db downgrade 0001" in answer.stderr
    assert crm("db", "downgrade", "0001").exit_code == 0
    assert crm("db", "upgrade", "0001").exit_code == 0, "there it is"


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("command", ["metrics snapshot", "matching backtest", "search rebuild", "audit verify"])
def test_a_command_that_meets_no_tables_says_what_to_do(command: str) -> None:
    answer = crm(*command.split())
    assert (answer.exit_code, "Run: crm db upgrade" in answer.stderr) == (1, True)


def test_an_upgrade_lets_sqlite_look_at_the_indexes_that_it_made(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", SOUND)
    assert crm("db", "upgrade").exit_code == 0
    assert "sqlite_stat1" not in tables_of_sqlite(fresh), "nothing is known of a database that is new"
    assert crm("db", "downgrade").exit_code == crm("db", "upgrade").exit_code == 0
    if db_kind(fresh) == "sqlite":
        assert "sqlite_stat1" in tables_of_sqlite(fresh)
