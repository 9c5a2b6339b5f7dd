"""Answers that hold until the database changes: figures over all records cost seconds, and change rarely.

An answer is kept with the state of the database that it was read from, as the database itself tells it, so that no
write can be missed, whoever made it: on SQLite the connection's `data_version` and its own changes, on PostgreSQL the
snapshot, where no transaction was under way.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from crm.core.db import WRITING, db

MOST = 500  # answers of one state
STATES = 8  # of which answers are kept: on SQLite each connection has its own
KEPT: WeakKeyDictionary[Any, OrderedDict[Hashable, dict[Hashable, Any]]] = WeakKeyDictionary()
LOCK, MISSING = Lock(), object()
T = TypeVar("T")


def kept(question: Hashable, answer: Callable[[], T]) -> T:
    """The answer to a question about records; computed again when anything was written since.

    Never in a writing unit: what it changed is not true yet for anybody else.
    """
    connection = db.session.connection()
    state = None if WRITING.get() else state_of(connection)
    if state is None:
        return answer()
    known = answers_of(connection.engine, state)
    found = known.get(question, MISSING)
    if found is MISSING:
        if len(known) >= MOST:
            known.clear()
        found = known[question] = answer()
    return cast(T, found)


def answers_of(engine: Any, state: Hashable) -> dict[Hashable, Any]:
    """What is known in a state of the database; of states that nobody asks about any more it is dropped."""
    with LOCK:
        states = KEPT.setdefault(engine, OrderedDict())
        known = states.setdefault(state, {})
        states.move_to_end(state)
        while len(states) > STATES:
            states.popitem(last=False)
        return known


def state_of(connection: sa.Connection) -> Hashable | None:
    """What differs whenever the records may differ; None while somebody is writing."""
    if connection.dialect.name == "postgresql":
        snapshot = str(connection.exec_driver_sql("SELECT pg_current_snapshot()").scalar())
        oldest, newest, _ = snapshot.split(":")
        return snapshot if oldest == newest else None
    mark = connection.info.setdefault("mark", object())
    version = connection.exec_driver_sql("PRAGMA data_version").scalar()
    return mark, version, connection.connection.dbapi_connection.total_changes  # type: ignore[union-attr]
