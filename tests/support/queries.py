"""Counts the SQL statements of a block, and reads all that a database holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from crm.core.db import db


@contextmanager
def counted_statements(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent to the database inside the block."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def every_row(connection: sa.Connection) -> Iterator[tuple[str, str]]:
    """(table, everything in a row) of every table there is, the index of the search too: FTS5 cannot be read by itself,
    and keeps its words in tables beside it."""
    for name in sa.inspect(connection).get_table_names():
        if name == "search_text" and connection.dialect.name == "sqlite":
            continue
        for row in connection.execute(sa.text(f'SELECT * FROM "{name}"')):  # noqa: S608 - the table's own name
            yield name, repr(tuple(row))
