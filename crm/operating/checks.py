"""What must work for requests to be answered: asked for by whoever spreads them over machines, and by `crm doctor`."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from crm.core.db import db
from crm.core.jobs import queue
from crm.core.storage import storage

TIMEOUT = 3  # seconds that all checks together may take
HOLDS = 3  # seconds for which an answer is given again: whoever asks in a loop costs nothing
LEAST_FREE = 100 * 1024**2  # bytes of disk below which no request can be trusted to end well
Check = Callable[[], str]


class NotReady(Exception):
    """What does not work, in words for the operator."""


@dataclass(frozen=True)
class Outcome:
    """What a check found. `detail` is for operators: it may name hosts and paths."""

    ok: bool
    detail: str
    ms: int


@dataclass(frozen=True)
class Place:
    """Where this installation lives: its migrations, its data dir."""

    migrations: str
    data_dir: Path


def checks_of(place: Place) -> dict[str, Check]:
    """The checks by their names."""
    return {
        "database": lambda: check_database(place.migrations),
        "queue": check_queue,
        "storage": check_storage,
        "disk": lambda: check_disk(place.data_dir),
    }


def check_database(migrations: str) -> str:
    """The database answers, and is no older than the code. A newer one still serves the code that goes before it."""
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    head, known = revisions(migrations)
    if found is None or (found in known and found != head):
        raise NotReady(f"at revision {found or 'none'}, the code needs {head}; run: crm db upgrade")
    return f"at revision {found}" if found == head else f"at revision {found}, newer than the code ({head})"


@cache
def revisions(migrations: str) -> tuple[str, frozenset[str]]:
    """The newest revision that the code knows, and all of them."""
    scripts = ScriptDirectory(migrations)
    return scripts.get_current_head() or "", frozenset(script.revision for script in scripts.walk_revisions())


def check_queue() -> str:
    """The queue keeps what it is given."""
    huey, key = queue.connected(), f"probe-{secrets.token_hex(8)}"
    huey.put(key, 1)
    if huey.get(key) != 1:
        raise NotReady("what was put into the queue did not come back")
    return f"{huey.pending_count()} waiting"


def check_storage() -> str:
    """The storage keeps what it is given, gives it back, and forgets it."""
    storage.probe()
    return "written, read and deleted"


def check_disk(data_dir: Path) -> str:
    """There is room beside the data."""
    free = shutil.disk_usage(data_dir).free
    if free < LEAST_FREE:
        raise NotReady(f"{free // 1024**2} MB free at {data_dir}")
    return f"{free // 1024**2} MB free"


class Readiness:
    """Runs all checks side by side, at most once in a few seconds; one that hangs holds nobody up for longer."""

    def __init__(self) -> None:
        self.looked_at = 0.0
        self.found: Mapping[str, Outcome] = {}
        self.pool: ThreadPoolExecutor | None = None

    def look(self, checks: Mapping[str, Check]) -> Mapping[str, Outcome]:
        """What each check finds now, or found a moment ago."""
        if time.monotonic() - self.looked_at > HOLDS:
            self.pool = self.pool or ThreadPoolExecutor(max_workers=8, thread_name_prefix="ready")
            running = {name: self.pool.submit(outcome_of, check) for name, check in checks.items()}
            wait(running.values(), timeout=TIMEOUT)
            self.found = {name: settled(future) for name, future in running.items()}
            self.looked_at = time.monotonic()
        return self.found


readiness = Readiness()


def settled(future: Future[Outcome]) -> Outcome:
    return future.result() if future.done() else Outcome(False, f"no answer in {TIMEOUT} s", TIMEOUT * 1000)


def outcome_of(check: Check) -> Outcome:
    """What a check says, or why it failed."""
    began = time.perf_counter()
    try:
        ok, detail = True, check()
    except NotReady as error:
        ok, detail = False, str(error)
    except Exception as error:  # whatever it is, it is not ready
        ok, detail = False, told(error)
    return Outcome(ok, detail, round((time.perf_counter() - began) * 1000))


def told(error: Exception) -> str:
    """An error on one line; of SQL errors what the database said."""
    original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return f"{type(original).__name__}: {original}".partition("\n")[0][:300]
