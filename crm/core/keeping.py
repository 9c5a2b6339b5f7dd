"""Answers that hold until the database changes: figures over all records cost seconds, and change rarely.

An answer is kept with the state of the database that it was read from, as the database itself tells it, so that no
write can be missed, whoever made it: on SQLite the connection's `data_version` and its own changes, on PostgreSQL the
snapshot, where no transaction was under way.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from crm.core.db import WRITING, db

MOST = 500
KEPT: WeakKeyDictionary[Any, dict[Hashable, Any]] = WeakKeyDictionary()
T = TypeVar("T")


def kept(question: Hashable, answer: Callable[[], T]) -> T:
    """The answer to a question about records; computed again when anything was written since.

    Never in a writing unit: what it changed is not true yet for anybody else.
    """
    connection = db.session.connection()
    state = None if WRITING.get() else state_of(connection)
    if state is None:
        return answer()
    known = KEPT.setdefault(connection.engine, {})
    key = (state, question)
    if key not in known:
        if len(known) >= MOST:
            known.clear()
        known[key] = answer()
    found: T = known[key]
    return found


def state_of(connection: sa.Connection) -> Hashable | None:
    """What differs whenever the records may differ; None while somebody is writing."""
    if connection.dialect.name == "postgresql":
        snapshot = str(connection.exec_driver_sql("SELECT pg_current_snapshot()").scalar())
        oldest, newest, _ = snapshot.split(":")
        return snapshot if oldest == newest else None
    mark = connection.info.setdefault("mark", object())
    version = connection.exec_driver_sql("PRAGMA data_version").scalar()
    return mark, version, connection.connection.dbapi_connection.total_changes  # type: ignore[union-attr]
