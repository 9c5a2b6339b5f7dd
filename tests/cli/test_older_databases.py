"""New code on a database of an earlier release: each command does its work, or says what is to be done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from crm.config import Settings
from crm.core.db import unit_of_work
from tests.support.command import crm
from tests.support.filling import fill_every_table
from tests.support.installation import installation

pytestmark = pytest.mark.filterwarnings("ignore")  # Alembic and SQLAlchemy say what of an index they cannot compare

FIRST, BEFORE_MAINTENANCE, BEFORE_THE_CHAIN = "0001", "0052", "0057"
READING = ("user sessions NAME", "mail list --state dead", "audit verify", "audit head", "search rebuild", "headline")


@pytest.fixture
def fresh(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An installation without any table."""
    with installation(tmp_path, settings) as app:
        yield app


def refused(answer: Result) -> bool:
    """True when the command ended by itself, with the way out on its last line and without a traceback."""
    ended = isinstance(answer.exception, SystemExit) and "Traceback" not in answer.output
    return ended and answer.exit_code == 1 and answer.stderr.rstrip().endswith("Run: crm db upgrade")


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("revision", [FIRST, "0030", BEFORE_MAINTENANCE, BEFORE_THE_CHAIN])
def test_an_older_database_is_left_alone_until_it_is_upgraded(revision: str, tmp_path: Path) -> None:
    assert crm("db", "upgrade", revision).exit_code == 0
    copy = tmp_path / "copy.crm"
    for command in (["serve"], ["worker", "--once"], ["backup", copy]):
        answer = crm(*command)
        assert refused(answer), (command, answer.output)
        assert f"the database is older than the code: it is at revision {revision}." in answer.stderr
    assert not copy.exists()
    for command in READING:
        answer = crm(*command.split())
        assert answer.exit_code == 0 or refused(answer), (command, answer.output)
    found = crm("doctor").output
    assert f"FAIL  database    at revision {revision}, the code needs" in found
    assert "its server runs" not in found, "nobody looks for a queue that works"
    assert crm("db", "upgrade").exit_code == 0
    assert "FAIL" not in crm("doctor").output
    assert crm("backup", copy).exit_code == crm("worker", "--once").exit_code == 0


def test_the_rows_of_earlier_releases_come_along(fresh: Flask, tmp_path: Path) -> None:
    crm("db", "upgrade")
    crm("seed", "--profile", "matrix")
    with fresh.app_context(), unit_of_work(write=True) as session:
        fill_every_table(session)
    for revision in (BEFORE_THE_CHAIN, "0030"):
        assert crm("db", "downgrade", revision).exit_code == 0
        assert refused(crm("serve"))
        assert crm("db", "upgrade").exit_code == 0
        assert crm("audit", "verify").exit_code == 0
        assert crm("backup", tmp_path / f"{revision}.crm").exit_code == 0
