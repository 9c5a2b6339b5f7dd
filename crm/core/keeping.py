"""Answers that hold until the database changes: figures over all records cost seconds, and change rarely.

An answer is kept with the state of the database that it was read from, as the database itself tells it, so that no
write can be missed, whoever made it: on SQLite the connection's `data_version` and its own changes, on PostgreSQL the
snapshot, where no transaction was under way.

What is dear to compute is kept longer (`until_written`): as long as nobody wrote to what it was read from, tables and
their columns (`crm.core.written`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event, orm

from crm.core.connections import WRITING, plan_by_values
from crm.core.db import db
from crm.core.prepared import Prepared
from crm.core.written import marks, note_reads, noted_reads

MOST = 500  # answers of one state, and of those kept until something is written
STATES = 8  # of which answers are kept: on SQLite each connection has its own
ALWAYS = ("platform", "platform.stamp")  # which say when the words and settings that every process holds change
KEPT: WeakKeyDictionary[Any, OrderedDict[Hashable, dict[Hashable, Answer]]] = WeakKeyDictionary()
UNTIL_WRITTEN: WeakKeyDictionary[Any, OrderedDict[Hashable, Answer]] = WeakKeyDictionary()
LOCK = Lock()
SNAPSHOT = Prepared(sa.select(sa.func.pg_current_snapshot().label("snapshot")))
VERSION = Prepared(sa.text("PRAGMA data_version").columns(sa.column("data_version")))
T = TypeVar("T")
Marks = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """An answer, the parts of tables that it was read from, and what these were marked with then."""

    value: Any
    parts: frozenset[str]
    marks: Marks = ()


def kept(question: Hashable, answer: Callable[[], T]) -> T:
    """The answer to a question about records; computed again when anything was written since.

    Never in a writing unit: what it changed is not true yet for anybody else.
    """
    state = None if WRITING.get() else state_read(db.session())
    if state is None:
        return answer()
    known = answers_of(db.session.connection().engine, state)
    found = known.get(question)
    if found is None:
        if len(known) >= MOST:
            known.clear()
        with noted_reads() as parts:
            found = known[question] = Answer(answer(), frozenset(parts))
    else:
        note_reads(found.parts)
    return cast(T, found.value)


def until_written(question: Hashable, answer: Callable[[], T]) -> T:
    """The answer to a question about records; computed again when something was written that it was read from.

    It may use nothing that was loaded before it was asked: only what it reads itself can be followed.
    """
    found = recalled(question)
    if found is None:
        with noted_reads() as parts:
            value = answer()
        found = remember(question, value, parts)
    return cast(T, found.value)


def recalled(question: Hashable) -> Answer | None:
    """The answer that still holds, if there is one. Ask before reading anything: marks are never younger than rows."""
    if WRITING.get():
        return None
    now = marks_read(db.session())
    with LOCK:
        known = answers_until_written()
        found = known.get(question)
        if found is not None and all(now.get(name, "") == mark for name, mark in found.marks):
            known.move_to_end(question)
            note_reads(found.parts)
            return found
    expect_sums(db.session())
    return None


def remember(question: Hashable, value: Any, parts: Iterable[str]) -> Answer:
    """Keep an answer until one of these parts of tables is written. In a writing unit nothing is kept."""
    read = frozenset(parts).union(ALWAYS)
    now = marks_read(db.session())
    found = Answer(value, read, tuple((name, now.get(name, "")) for name in read))
    if not WRITING.get():
        with LOCK:
            known = answers_until_written()
            known[question] = found
            known.move_to_end(question)
            while len(known) > MOST:
                known.popitem(last=False)
    return found


def answers_until_written() -> OrderedDict[Hashable, Answer]:
    return UNTIL_WRITTEN.setdefault(db.session.connection().engine, OrderedDict())


def marks_read(session: orm.Session) -> Mapping[str, str]:
    """What parts of tables were marked with when this unit of work first asked."""
    if "marks" not in session.info:
        session.info["marks"] = kept("marks", marks)
    return cast("Mapping[str, str]", session.info["marks"])


def state_read(session: orm.Session) -> Hashable | None:
    """The state that the database was in when this unit of work first asked; what it reads later is no older."""
    if "state" not in session.info:
        session.info["state"] = state_of(session.connection())
    return cast("Hashable | None", session.info["state"])


def expect_sums(session: orm.Session) -> None:
    """Let what is dear to compute be planned by its values, from now on in this unit of work."""
    if "sums" not in session.info:
        session.info["sums"] = True
        plan_by_values(session)


@event.listens_for(orm.Session, "after_begin")
@event.listens_for(orm.Session, "after_transaction_end")
def ask_again(session: orm.Session, *_: object) -> None:
    """Another transaction may find another state."""
    for known in ("state", "marks", "sums"):
        session.info.pop(known, None)


def answers_of(engine: Any, state: Hashable) -> dict[Hashable, Answer]:
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
        snapshot = str(SNAPSHOT.first().snapshot)
        oldest, newest, _ = snapshot.split(":")
        return snapshot if oldest == newest else None
    mark = connection.info.setdefault("mark", object())
    return mark, VERSION.first().data_version, connection.connection.dbapi_connection.total_changes  # type: ignore[union-attr]
