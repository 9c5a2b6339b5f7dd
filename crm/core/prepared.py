"""Statements that pages ask with every request, made ready once: SQLAlchemy takes ten times as long on each as SQLite.

The text, what parameters are turned into and what columns are turned back into are worked out at the first question on
each kind of database. Afterwards a question costs a cursor, and a row a tuple with the names of its columns.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.core.connections import WRITING
from crm.core.db import db

FEW = 16  # ids, as many as a page of a timeline has lines
Turn = Callable[[Any], Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Ready:
    """A statement as one kind of database takes it.

    `order`: the names of its parameters where they go by position. `fixed`: the values that it holds itself.
    `given`: the parameters that each question brings, with what turns them. `turned`: the columns to turn back.
    """

    text: str
    order: Sequence[str] | None
    fixed: Mapping[str, Any]
    given: Mapping[str, Turn | None]
    turned: Sequence[tuple[int, Turn]]
    make_row: Callable[..., Any]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The values of a question, as the driver takes them."""
        told = dict(self.fixed)
        for name, turn in self.given.items():
            told[name] = turn(values[name]) if turn is not None else values[name]
        return tuple([told[name] for name in self.order]) if self.order is not None else told

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """What the driver read, as rows."""
        rows = []
        for plain in found:
            cells = list(plain)
            for place, turn in self.turned:
                cells[place] = turn(cells[place])
            rows.append(self.make_row(*cells))
        return rows


class Prepared:
    """A statement of columns, to be made once; its rows have their names. It brings no list of changing length.

    In a writing unit SQLAlchemy asks it, which sends first what was changed and not sent yet.
    """

    def __init__(self, statement: sa.Select[*tuple[Any, ...]] | sa.TextualSelect) -> None:
        self.statement: Any = statement
        self.ready: dict[str, Ready] = {}

    def all(self, **values: Any) -> Sequence[Any]:
        """The rows that the statement finds with these parameters."""
        session = db.session()
        if WRITING.get():
            return session.execute(self.statement, values).all()
        connection = session.connection()
        dialect = connection.dialect
        ready = self.ready.get(dialect.name)
        if ready is None:
            ready = self.ready[dialect.name] = made_ready(self.statement, dialect, values)
        try:
            return ready.rows(asked(connection, ready.text, ready.parameters(values)))
        except dialect.loaded_dbapi.Error:
            return session.execute(self.statement, values).all()  # which knows what the error means, and says so

    def first(self, **values: Any) -> Any:
        """The first row, or None."""
        return next(iter(self.all(**values)), None)


class PreparedAmong:
    """A statement about records that are named by their ids: made ready for 16 of them, for 64 and so on.

    SQLite reads a table from end to end where it does not see how few ids there are.
    """

    def __init__(self, statement: Any, id_column: Any) -> None:
        self.statement, self.id_column = statement, id_column
        self.among = cache(self.ready_for)

    def all(self, ids: Sequence[int]) -> Sequence[Any]:
        """The rows of these records."""
        if not ids:
            return ()
        size = FEW
        while size < len(ids):
            size *= 4
        filled = (*ids, *[ids[0]] * (size - len(ids)))
        return self.among(size).all(**dict(zip(names(size), filled, strict=True)))

    def ready_for(self, size: int) -> Prepared:
        places = [sa.bindparam(name, type_=sa.BigInteger) for name in names(size)]
        return Prepared(self.statement.where(self.id_column.in_(places)))


def record_seen(found: sa.Select[T], seen: sa.ColumnElement[bool], record_id: int) -> T | None:
    """The record that a statement finds by :id, made once, where the actor may see it; None for another."""
    return db.session.scalar(found if isinstance(seen, sa.True_) else found.where(seen), {"id": record_id})


@cache
def names(size: int) -> tuple[str, ...]:
    return tuple(f"id_{number}" for number in range(size))


def asked(connection: sa.Connection, text: str, parameters: Any) -> Sequence[Sequence[Any]]:
    """What the driver reads; those that watch statements hear of it."""
    cursor, context = connection.connection.cursor(), SimpleNamespace()
    watched: Any = connection.dispatch
    for before in watched.before_cursor_execute:
        before(connection, cursor, text, parameters, context, False)
    cursor.execute(text, parameters)
    for after in watched.after_cursor_execute:
        after(connection, cursor, text, parameters, context, False)
    found: Sequence[Sequence[Any]] = cursor.fetchall()
    cursor.close()
    return found


def made_ready(statement: Any, dialect: sa.Dialect, values: Mapping[str, Any]) -> Ready:
    """A statement for one kind of database. Its own lists (`IN`) are written out; `values`: any that fit it."""
    compiled: Any = statement.compile(dialect=dialect)
    parameters = compiled.construct_params(dict(values))
    whole = compiled._process_parameters_for_postcompile(parameters)  # what SQLAlchemy does at each execution
    turns = {**compiled._bind_processors, **whole.processors}
    asked_for = {name for name, bound in compiled.binds.items() if bound.required} & parameters.keys()
    fixed = {
        name: turns[name](value) if name in turns else value
        for name, value in parameters.items()
        if name not in asked_for
    }
    columns = statement.selected_columns
    turned = [(place, column.type.dialect_impl(dialect)) for place, column in enumerate(columns)]
    backs = [(place, kind.result_processor(dialect, None)) for place, kind in turned]
    return Ready(
        whole.statement,
        tuple(whole.positiontup) if compiled.positional else None,
        fixed,
        {name: turns.get(name) for name in asked_for},
        [(place, back) for place, back in backs if back is not None],
        namedtuple("Row", columns.keys(), rename=True),
    )
