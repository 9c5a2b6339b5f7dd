"""Every revision goes up and down with data, and the models say what the database has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crm.config import Settings
from tests.support.postgres import new_database

CRM = str(Path(sys.executable).with_name("crm"))


@pytest.fixture
def fresh(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """The environment of an installation of its own, on the database under test."""
    environment = {**os.environ, "CRM_DATA_DIR": str(tmp_path), "CRM_ENV": "test"}
    if settings.database_url.startswith("postgresql"):
        environment["CRM_DATABASE_URL"] = new_database(settings.database_url)
    else:
        environment.pop("CRM_DATABASE_URL", None)
    return environment


def crm(environment: dict[str, str], *arguments: str) -> Any:
    return subprocess.run([CRM, *arguments], env=environment, capture_output=True, text=True, check=False)


@contextmanager
def opened(environment: dict[str, str]) -> Iterator[sa.Connection]:
    """A transaction on that installation's database."""
    url = environment.get("CRM_DATABASE_URL", f"sqlite:///{environment['CRM_DATA_DIR']}/crm.sqlite3")
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_up_check_down_and_up_again_with_data(fresh: dict[str, str]) -> None:
    assert crm(fresh, "db", "upgrade").returncode == 0
    checked = crm(fresh, "db", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert crm(fresh, "demo", "load").returncode == 0
    assert headline(fresh) == {"institutions_attracted": 100, "companies_served": 148}, "what the README promises"
    precision = json.loads(crm(fresh, "matching", "backtest", "--json").stdout)["precision"]
    assert precision["matching"] > precision["stage_and_sector"] > precision["chance"], "and this"
    assert crm(fresh, "db", "downgrade", "base").returncode == 0
    assert crm(fresh, "db", "upgrade").returncode == 0
    with opened(fresh) as connection:
        assert (connection.scalar(sa.text("select count(*) from term")) or 0) > 100
        assert connection.scalar(sa.text("select count(*) from startup")) == 0
        connection.execute(sa.text("alter table term add column stray integer"))
    assert crm(fresh, "db", "check").returncode == 1, "a column that the models lack is found: the positive control"


def headline(environment: dict[str, str]) -> dict[str, int]:
    told = json.loads(crm(environment, "headline", "--json").stdout)["metrics"]
    return {name: told[name]["value"] for name in ("institutions_attracted", "companies_served")}
