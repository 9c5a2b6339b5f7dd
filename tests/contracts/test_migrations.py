"""Every revision goes up and down with data, and the models say what the database has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.config import Settings
from crm.core.db import db, unit_of_work
from tests.support.command import crm
from tests.support.filling import fill_every_table
from tests.support.installation import installation

pytestmark = pytest.mark.filterwarnings("ignore")  # Alembic and SQLAlchemy say what of an index they cannot compare


@pytest.fixture
def fresh(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An installation of its own without any table, on the database under test."""
    with installation(tmp_path, settings) as app:
        yield app


@contextmanager
def opened(app: Flask) -> Iterator[sa.Connection]:
    """A transaction on that installation's database."""
    with app.app_context(), db.engine.begin() as connection:
        yield connection


def done(*arguments: str) -> bool:
    """True when the command ended well."""
    answer = crm(*arguments)
    print(answer.output, answer.exception)  # noqa: T201 - shown when the test fails
    return answer.exit_code == 0


def test_up_check_down_and_up_again_with_data(fresh: Flask) -> None:
    assert done("db", "upgrade")
    assert done("db", "check")
    assert done("seed", "--profile", "matrix")
    with fresh.app_context(), unit_of_work(write=True) as session:
        fill_every_table(session)
    assert done("db", "downgrade", "base")
    assert done("db", "upgrade")
    with opened(fresh) as connection:
        assert (connection.scalar(sa.text("select count(*) from term")) or 0) > 100
        assert connection.scalar(sa.text("select count(*) from startup")) == 0
        connection.execute(sa.text("alter table term add column stray integer"))
    assert not done("db", "check"), "a column that the models lack is found: the positive control"
