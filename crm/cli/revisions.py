"""Which revision the database is at and which ones this code knows; one at a time changes that."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from crm.cli.context import stop
from crm.core.db import db

LOCK = sa.literal(2026112700)  # ours among PostgreSQL's advisory locks, which are numbers


@contextmanager
def upgrading_alone() -> Iterator[None]:
    """Let others who upgrade the same database wait: a lock of PostgreSQL's, or of a file beside SQLite's."""
    engine = db.engine
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))
    else:
        with Path(f"{engine.url.database}.upgrading").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)


def scripts() -> ScriptDirectory:
    """The revisions that this code brings."""
    return ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())


def newest() -> str | None:
    """The revision that this code needs."""
    return scripts().get_current_head()


def stored_revision() -> str | None:
    """The revision that the database is at; None where there is none."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def refuse_unknown(revision: str | None) -> None:
    """End the command where newer code has upgraded the database."""
    if revision is None or any(one.revision == revision for one in scripts().walk_revisions()):
        return
    stop(f"the code is older than the database, which is at revision {revision}: install newer code than {newest()}")


def refuse_to_go_back(stored: str | None, wanted: str) -> None:
    """End the command where an upgrade names a revision that the database has left behind."""
    passed = () if stored is None else scripts().walk_revisions(head=stored)
    if wanted != stored and any(one.revision == wanted for one in passed):
        stop(
            f"the database is at revision {stored}, which is newer than {wanted}. To go back: crm db downgrade {wanted}"
        )


def refuse_other_revisions(*, wait: float = 0) -> None:
    """End the command unless code and database belong together; a database that is away will be asked again.

    `wait`: seconds that somebody has to upgrade or downgrade the database meanwhile.
    """
    try:
        revision = stored_revision()
        if wait and revision != newest():
            click.echo(f"The database is at revision {revision or 'none'}: waiting for {newest()}.")
            revision = revision_within(wait)
    except sa.exc.OperationalError:
        return
    finally:
        db.engine.dispose()  # the processes that are forked now must not share a connection
    refuse_unknown(revision)
    if revision != newest():
        stop(f"the database is older than the code: it is at revision {revision or 'none'}. Run: crm db upgrade")


def revision_within(seconds: float) -> str | None:
    """The revision of the database as soon as it is ours, else the one it is at then; no step of somebody's upgrade."""
    end = time.monotonic() + seconds
    while True:
        with upgrading_alone():
            revision = stored_revision()
        if revision == newest() or time.monotonic() > end:
            return revision
        time.sleep(0.5)
