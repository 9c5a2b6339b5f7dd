"""What was written, for every process to see: what nobody wrote to since reads as it did before.

It is told in parts: "deal" stands for which deals there are, "deal.next_step" for what that column says of them. Who
reads a column reads both; a changed row writes to its columns, a new or deleted one to the table. Each unit of work
marks the parts that it wrote to, in its own transaction. Who writes past the application, with SQL of his own,
restarts it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from crm.core.connections import ACTIVE, WRITING
from crm.core.db import Base, db

# Beside the tables of records: backups, and tests that look for rows, have no business with it.
MARKS = sa.Table(
    "written", sa.MetaData(), sa.Column("name", sa.String(63), primary_key=True), sa.Column("mark", sa.String(16))
)
TARGET = re.compile(r'\b(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
SET = re.compile(r'(\w+)"?\s*=')
WHERE = re.compile(r"\sWHERE\s")
WORD = re.compile(r"\w+")
TOUCHED: ContextVar[frozenset[str] | None] = ContextVar("touched", default=None)
READ: ContextVar[set[str] | None] = ContextVar("parts read", default=None)


def parts_written(statement: str) -> list[str]:
    """The parts that a statement writes to: a table, or those of its columns that an UPDATE sets."""
    if statement.startswith("SELECT"):
        return []
    first = TARGET.match(statement)  # an INSERT of many rows is long
    if first is None:
        return TARGET.findall(statement)
    if statement.startswith("UPDATE") and "SELECT" not in statement:
        return [f"{first[1]}.{column}" for column in SET.findall(WHERE.split(statement, maxsplit=1)[0])]
    return [first[1]]


@lru_cache(maxsize=500)
def parts_read(statement: str) -> frozenset[str]:
    """The parts that a statement may read: the tables that it names, and all of their columns that it names."""
    words = frozenset(WORD.findall(statement))
    tables = words & Base.metadata.tables.keys()
    return tables.union(*(whole(table, words) for table in tables))


def whole(table: str, words: Container[str] | None = None) -> set[str]:
    """A table and its columns, or those that are among some words."""
    columns = Base.metadata.tables[table].columns.keys()
    return {table, *(f"{table}.{column}" for column in columns if words is None or column in words)}


@contextmanager
def noted_reads() -> Iterator[set[str]]:
    """The parts that are read inside the block; a block around it hears of them too."""
    read: set[str] = set()
    outer = READ.get()
    token = READ.set(read)
    try:
        yield read
    finally:
        READ.reset(token)
        if outer is not None:
            outer |= read


def note_reads(parts: Iterable[str]) -> None:
    """What is at hand was read from these parts once."""
    read = READ.get()
    if read is not None:
        read.update(parts)


def touch(*parts: str) -> None:
    """The running unit of work wrote to these parts."""
    if parts:
        TOUCHED.set((TOUCHED.get() or frozenset()).union(parts))


def marks() -> Mapping[str, str]:
    """What each part was marked with when it was last written to; one that never was is missing."""
    return {row.name: row.mark for row in db.session.execute(sa.select(MARKS))}


@event.listens_for(Engine, "before_cursor_execute")
def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if READ.get() is not None:
        note_reads(parts_read(statement))
    if WRITING.get() and ACTIVE.get():
        touch(*parts_written(statement))


@event.listens_for(Engine, "commit")
def mark_touched(connection: sa.Connection) -> None:
    """Mark what this unit wrote to, in one order, so that two units do not wait for each other."""
    touched = TOUCHED.get()
    TOUCHED.set(None)
    if touched and ACTIVE.get():
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        added = insert(MARKS).values([{"name": name, "mark": token_hex(8)} for name in sorted(touched)])
        connection.execute(added.on_conflict_do_update(index_elements=["name"], set_={"mark": added.excluded.mark}))
        TOUCHED.set(None)


@event.listens_for(Engine, "rollback")
def forget_touched(_connection: sa.Connection) -> None:
    TOUCHED.set(None)
