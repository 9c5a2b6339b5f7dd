"""Runs the migrations inside the application, in one transaction per revision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from flask import current_app

from crm.core.db import WRITING, db


def include(_: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Leave other programs' tables, such as the queue's, alone."""
    return not (kind == "table" and reflected and compare_to is None and name not in db.metadata.tables)


@contextmanager
def tables_may_be_rebuilt(connection: sa.Connection) -> Iterator[None]:
    """SQLite alters a table by making it anew, which its foreign keys would refuse: check them afterwards instead.

    The setting belongs to the driver's connection and only moves outside a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"these rows point nowhere: {broken[:10]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection, tables_may_be_rebuilt(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
            include_object=include,
        )
        with context.begin_transaction():
            context.run_migrations()


token = WRITING.set(True)
try:
    run()
finally:
    WRITING.reset(token)
