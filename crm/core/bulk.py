"""Many rows at once: numbered beforehand, so that the ORM needs one statement, or past it, twenty times as fast."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.connections import WRITING
from crm.core.db import Base, db
from crm.core.written import touch

R = TypeVar("R", bound=Base)


def to_change(model: type[R], ids: Collection[int], seen: sa.ColumnElement[bool], *with_: Any) -> Sequence[R]:
    """Those records of a kind that may be `seen`, as they are now; a writing unit keeps them from others until it ends.

    `with_`: what is loaded beside each.
    """
    found = sa.select(model).options(*with_).where(model.id.in_(ids), seen).order_by(model.id)
    if WRITING.get():
        found = found.with_for_update(of=model)
    return db.session.scalars(found.execution_options(populate_existing=True)).all()


def add_many(records: Sequence[Base]) -> None:
    """Write new records of one kind with ids of their own, in one statement."""
    if len(records) > 1:
        for record, number in zip(records, new_ids(db.session(), type(records[0]), len(records)), strict=True):
            record.id = number
    db.session.add_all(records)
    if len(records) > 1:
        db.session.flush()  # on SQLite the next new record would take the same number


def new_ids(session: orm.Session, model: type[Base], count: int) -> Sequence[int]:
    """Ids for new records of a kind. On SQLite nobody else writes meanwhile."""
    if session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
        series = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count))
        return session.scalars(series).all()
    last = session.scalar(sa.select(sa.func.max(model.__table__.c.id))) or 0
    return range(last + 1, last + 1 + count)


def insert_rows(connection: sa.Connection, table: Any, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert through the driver: executemany on SQLite, COPY on PostgreSQL."""
    given = dict.fromkeys(columns)
    defaults = {c.name: c.default.arg for c in table.c if c.name not in given and c.default and c.default.is_scalar}
    names = [*columns, *defaults]
    tail = tuple(defaults.values())
    by_column = list(zip(*(((*row, *tail) for row in rows) if tail else rows), strict=True))
    for index, name in enumerate(names):
        process = bind_processor(connection, table.c[name])
        if process is not None:
            by_column[index] = processed(process, by_column[index])
    ready = zip(*by_column, strict=True)
    preparer = connection.dialect.identifier_preparer
    target = f"{preparer.format_table(table)} ({', '.join(preparer.quote(name) for name in names)})"
    if connection.dialect.name == "postgresql":
        touch(table.name)
        with connection.connection.cursor().copy(f"COPY {target} FROM STDIN") as copy:
            for row in ready:
                copy.write_row(row)
    else:
        places = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {target} VALUES ({places})", list(ready))  # noqa: S608


def bind_processor(connection: sa.Connection, column: Any) -> Callable[[Any], Any] | None:
    """What turns a Python value into the driver's, as SQLAlchemy would do it; None where nothing must."""
    dialect = connection.dialect
    kind = column.type.dialect_impl(dialect)
    process: Callable[[Any], Any] | None = kind.bind_processor(dialect)
    return process


def processed(process: Callable[[Any], Any], values: Sequence[Any]) -> tuple[Any, ...]:
    """Each value processed; ledgers repeat themselves, so equal values only once."""
    try:
        known = {value: process(value) for value in set(values)}
    except TypeError:  # lists, as in audit lines, most of them empty
        nothing = process([])
        return tuple(process(value) if value else nothing for value in values)
    return tuple(known[value] for value in values)
