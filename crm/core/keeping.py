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
from sqlalchemy import event, orm

from crm.core.connections import WRITING
from crm.core.db import db

MOST = 500  # answers of one state
STATES = 8  # of which answers are kept: on SQLite each connection has its own
KEPT: WeakKeyDictionary[Any, OrderedDict[Hashable, dict[Hashable, Any]]] = WeakKeyDictionary()
LOCK, MISSING = Lock(), object()
T = TypeVar("T")


def kept(question: Hashable, answer: Callable[[], T]) -> T:
    """The answer to a question about records; computed again when anything was written since.

    Never in a writing unit: what it changed is not true yet for anybody else.
    """
    state = None if WRITING.get() else state_read(db.session())
    if state is None:
        return answer()
    known = answers_of(db.session.connection().engine, state)
    found = known.get(question, MISSING)
    if found is MISSING:
        if len(known) >= MOST:
            known.clear()
        found = known[question] = answer()
    return cast(T, found)


def state_read(session: orm.Session) -> Hashable | None:
    """The state that the database was in when this unit of work first asked; what it reads later is no older."""
    if "state" not in session.info:
        session.info["state"] = state_of(session.connection())
    return cast("Hashable | None", session.info["state"])


@event.listens_for(orm.Session, "after_begin")
@event.listens_for(orm.Session, "after_transaction_end")
def ask_again(session: orm.Session, *_: object) -> None:
    """Another transaction may find another state."""
    session.info.pop("state", None)


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
