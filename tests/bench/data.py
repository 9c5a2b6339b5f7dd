"""Databases filled by `crm seed`, kept between runs as long as the schema and the seed are the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench.servers import CRM, ROOT, parent_of
from tests.support.postgres import new_database, start_postgres

SEED = (*(ROOT / "crm/cli").glob("seed*.py"), *(ROOT / "crm/cli/seed_bench").glob("*.py"))
SOURCES = (*sorted((ROOT / "migrations/versions").glob("*.py")), *sorted(SEED))
SECRET = "of a benchmark: 32 letters, and no more"


@dataclass(frozen=True)
class Data:
    """A filled database: where it lies, and the environment that leads commands and servers there."""

    startups: int
    folder: Path
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to find the data."""
        settings = {"CRM_DATA_DIR": str(self.folder), "CRM_SECRET_KEY": SECRET, "CRM_ENV": "development"}
        return settings | ({"CRM_DATABASE_URL": self.url} if self.url else {})

    @property
    def production(self) -> dict[str, str]:
        """What a server needs to serve the data as in production."""
        return self.environment | {
            "CRM_ENV": "production",
            "CRM_SECURE_COOKIES": "true",
            "CRM_TRUSTED_HOSTS": "127.0.0.1",
        }

    def crm(self, *arguments: str) -> str:
        """Run a command on the data; returns what it printed."""
        environment = {**os.environ, **self.environment}
        done = subprocess.run(
            [sys.executable, "-c", CRM, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"crm {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout


def version() -> str:
    """Names the schema and the seed."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in SOURCES)).hexdigest()[:10]


@dataclass(frozen=True)
class Databases:
    """Where two databases lie, "" for files of SQLite, and the process whose time counts as the database's."""

    urls: tuple[str, str] = ("", "")
    pid: int | None = None


@contextmanager
def databases(kind: str) -> Iterator[Databases]:
    """Two databases of a kind; a server of PostgreSQL lives as long as the block."""
    if kind == "sqlite":
        yield Databases()
        return
    url, stop = start_postgres()
    try:
        with psycopg.connect(url) as connection:
            server = parent_of(connection.info.backend_pid)
        yield Databases((url, new_database(url)), server)
    finally:
        stop()


def filled(startups: int, url: str = "") -> Data:
    """A database with so many startups; on SQLite the one of an earlier run where it still fits."""
    cache = Path(tempfile.gettempdir()) / f"crm-bench-{version()}"
    data = Data(startups, cache / (f"{startups}" if not url else f"{startups}-{url.rpartition('/')[2]}"), url)
    finished = data.folder / "finished"
    if not finished.exists():
        shutil.rmtree(data.folder, ignore_errors=True)
        data.crm("db", "upgrade")
        data.crm("seed", "--profile", "bench", "--startups", str(startups))
        finished.touch()
    return data
