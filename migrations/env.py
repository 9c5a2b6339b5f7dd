"""Runs the migrations inside the application, in one transaction per revision."""

from __future__ import annotations

from alembic import context
from flask import current_app

from crm.core.db import WRITING, db


def include(_: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Leave other programs' tables, such as the queue's, alone."""
    return not (kind == "table" and reflected and compare_to is None and name not in db.metadata.tables)


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
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
