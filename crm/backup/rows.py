"""Tables as lines of JSON that say the same on both databases, and back through the driver."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.bulk import insert_rows
from crm.core.db import UtcDateTime

AT_ONCE = 2000


class Kind(NamedTuple):
    """How one kind of column is kept: the type it is read and written with, and its values as JSON and back."""

    of: type[sa.types.TypeEngine[Any]]
    type: sa.types.TypeEngine[Any]
    write: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None


KINDS: dict[str, Kind] = {
    "flag": Kind(sa.Boolean, sa.Boolean()),
    "number": Kind(sa.Integer, sa.BigInteger()),
    "real": Kind(sa.Float, sa.Float()),
    "moment": Kind(sa.DateTime, UtcDateTime(), datetime.isoformat, datetime.fromisoformat),
    "day": Kind(sa.Date, sa.Date(), date.isoformat, date.fromisoformat),
    "time": Kind(sa.Time, sa.Time(), time.isoformat, time.fromisoformat),
    "bytes": Kind(sa.LargeBinary, sa.LargeBinary(), lambda value: base64.b64encode(value).decode(), base64.b64decode),
    "json": Kind(sa.JSON, sa.Text()),
    "text": Kind(sa.String, sa.Text()),
}
Columns = dict[str, str]


def columns_of(table: sa.Table) -> Columns:
    """The columns of a table, each with the name of its kind."""
    return {column.name: kind_of(column.type) for column in table.columns}


def kind_of(type: sa.types.TypeEngine[Any]) -> str:
    while isinstance(type, sa.types.TypeDecorator):
        type = type.impl_instance
    return next(name for name, kind in KINDS.items() if isinstance(type, kind.of))


def parts_of(connection: sa.Connection, table: sa.Table) -> Iterator[tuple[bytes, int]]:
    """The rows of a table in the order of their ids, some at a time, each a line; and how many."""
    kinds = [KINDS[kind] for kind in columns_of(table).values()]
    read = [as_kept(column, kind) for column, kind in zip(table.columns, kinds, strict=True)]
    place = list(table.columns.keys()).index("id")
    after = None
    while True:
        some = sa.select(*read).order_by(table.c.id).limit(AT_ONCE)
        rows = connection.execute(some if after is None else some.where(table.c.id > after)).all()
        if not rows:
            return
        after = rows[-1][place]
        yield "".join(line_of(row, kinds) for row in rows).encode(), len(rows)


def as_kept(column: sa.Column[Any], kind: Kind) -> sa.ColumnElement[Any]:
    """A column read as its kind; JSON as the text that it is kept as."""
    if kind.of is sa.JSON:
        return sa.cast(column, sa.Text)
    return sa.type_coerce(column, kind.type)


def line_of(row: Sequence[Any], kinds: Sequence[Kind]) -> str:
    values = [
        kind.write(value) if kind.write and value is not None else value for value, kind in zip(row, kinds, strict=True)
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_part(connection: sa.Connection, name: str, columns: Columns, part: bytes) -> int:
    """Insert the rows of a part; returns how many."""
    kinds = [KINDS[kind] for kind in columns.values()]
    rows = [values_of(json.loads(line), kinds) for line in part.splitlines()]
    insert_rows(connection, table_of(name, columns), tuple(columns), rows)
    return len(rows)


def values_of(row: list[Any], kinds: Sequence[Kind]) -> tuple[Any, ...]:
    return tuple(
        kind.read(value) if kind.read and value is not None else value for value, kind in zip(row, kinds, strict=True)
    )


def table_of(name: str, columns: Columns) -> sa.Table:
    """The table as the backup knows it: it may be older than the models."""
    return sa.Table(name, sa.MetaData(), *(sa.Column(one, KINDS[kind].type) for one, kind in columns.items()))
