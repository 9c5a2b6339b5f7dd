"""Expressions of SQL that both databases write differently."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class days_between(GenericFunction[int]):  # noqa: N801  a function of SQL
    """How many days lie between an earlier day and a later one; NULL where either is."""

    type = sa.Integer()
    inherit_cache = True

    def __init__(self, earlier: Any, later: Any) -> None:
        super().__init__(earlier, later)


@compiles(days_between)
def subtracted(element: Any, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST({later} AS DATE) - CAST({earlier} AS DATE))"


@compiles(days_between, "sqlite")
def by_julian_day(element: Any, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


class days_after(GenericFunction[date]):  # noqa: N801  a function of SQL
    """The day that lies so many days, a fixed number, after another; NULL where that is."""

    type = sa.Date()
    inherit_cache = True

    def __init__(self, day: Any, number: int) -> None:
        super().__init__(day, sa.literal_column(str(number)))


@compiles(days_after)
def added(element: Any, compiler: Any, **options: Any) -> str:
    day, number = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST({day} AS DATE) + {number})"


@compiles(days_after, "sqlite")
def modified(element: Any, compiler: Any, **options: Any) -> str:
    day, number = (compiler.process(part, **options) for part in element.clauses)
    return f"date({day}, '+{number} days')"


class month_number(GenericFunction[int]):  # noqa: N801  a function of SQL
    """The months of a day's year and those before it since the year 0: 24,323 for one in November 2026."""

    type = sa.Integer()
    inherit_cache = True

    def __init__(self, day: Any) -> None:
        super().__init__(day)


@compiles(month_number)
def extracted(element: Any, compiler: Any, **options: Any) -> str:
    day = compiler.process(next(iter(element.clauses)), **options)
    return f"CAST(EXTRACT(YEAR FROM {day}) * 12 + EXTRACT(MONTH FROM {day}) AS INTEGER)"


@compiles(month_number, "sqlite")
def cut_out(element: Any, compiler: Any, **options: Any) -> str:
    day = compiler.process(next(iter(element.clauses)), **options)
    return f"(substr({day}, 1, 4) * 12 + substr({day}, 6, 2))"


class shanghai_day(GenericFunction[date]):  # noqa: N801  a function of SQL
    """The day in Shanghai, which is always eight hours ahead, of a moment; NULL where that is."""

    type = sa.Date()
    inherit_cache = True

    def __init__(self, moment: Any) -> None:
        super().__init__(moment)


@compiles(shanghai_day)
def in_its_zone(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(next(iter(element.clauses)), **options)
    return f"CAST({moment} AT TIME ZONE 'Asia/Shanghai' AS DATE)"


@compiles(shanghai_day, "sqlite")
def eight_hours_on(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(next(iter(element.clauses)), **options)
    return f"date({moment}, '+8 hours')"


class holds_text(GenericFunction[bool]):  # noqa: N801  a function of SQL
    """True where a text holds another, letter for letter: LIKE takes twice as long."""

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, text: Any, part: Any) -> None:
        super().__init__(text, part)


@compiles(holds_text)
def at_a_position(element: Any, compiler: Any, **options: Any) -> str:
    text, part = (compiler.process(one, **options) for one in element.clauses)
    return f"(strpos({text}, {part}) > 0)"


@compiles(holds_text, "sqlite")
def at_an_instance(element: Any, compiler: Any, **options: Any) -> str:
    text, part = (compiler.process(one, **options) for one in element.clauses)
    return f"(instr({text}, {part}) > 0)"


class unindexed(GenericFunction[Any]):  # noqa: N801  a function of SQL
    """A column that SQLite looks up in no index.

    It may have no statistics, and then takes an empty `archived_at` for rare, and an empty column that is unique for
    the rarest: it reads nearly all rows, where another condition finds the few at once.
    """

    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column, type_=column.type)


@compiles(unindexed)
def plain_column(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **options))


@compiles(unindexed, "sqlite")
def signed_column(element: Any, compiler: Any, **options: Any) -> str:
    return f"+{compiler.process(next(iter(element.clauses)), **options)}"


def as_limit(most: int) -> sa.ColumnElement[int]:
    """A limit that PostgreSQL knows when it plans a statement once: of a parameter it expects a tenth of all rows."""
    return sa.literal_column(str(most), sa.Integer)


def in_bin(archived_at: Any, archived: bool, *, few: bool = False) -> sa.ColumnElement[bool]:
    """True for records in the bin, or for those that are not. `few`: another condition finds the few, and no list is
    read in its order."""
    column = unindexed(archived_at) if few else archived_at
    return column.is_not(None) if archived else column.is_(None)


class joined_in_turn(GenericFunction[str]):  # noqa: N801  a function of SQL
    """The texts of a group as one, in the order of two columns. SQLite takes them as they come: read from a subquery
    that is ordered by group and those columns."""

    type = sa.Text()
    inherit_cache = True

    def __init__(self, text: Any, first: Any, second: Any) -> None:
        super().__init__(text, first, second)


@compiles(joined_in_turn)
def ordered_inside(element: Any, compiler: Any, **options: Any) -> str:
    text, first, second = (compiler.process(part, **options) for part in element.clauses)
    return f"string_agg({text}, '' ORDER BY {first}, {second})"


@compiles(joined_in_turn, "sqlite")
def ordered_before(element: Any, compiler: Any, **options: Any) -> str:
    text = compiler.process(next(iter(element.clauses)), **options)
    return f"group_concat({text}, '')"


class Ids(sa.TypeDecorator[Sequence[int]]):
    """Ids as one parameter: SQLAlchemy names and checks each of a thousand parameters by itself."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """An array where the database has them, else JSON."""
        return dialect.type_descriptor(ARRAY(sa.BigInteger) if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: Sequence[int] | None, dialect: sa.Dialect) -> Any:
        """The ids as the database reads them."""
        ids = list(value or ())
        return ids if dialect.name == "postgresql" else json.dumps(ids)


class each_of(GenericFunction[int]):  # noqa: N801  a function of SQL
    """The ids of a parameter of the type `Ids`, as rows."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(each_of)
def each_of_array(element: Any, compiler: Any, **options: Any) -> str:
    return f"(SELECT unnest({compiler.process(next(iter(element.clauses)), **options)}))"


@compiles(each_of, "sqlite")
def each_of_json(element: Any, compiler: Any, **options: Any) -> str:
    ids = compiler.process(next(iter(element.clauses)), **options)
    return f"(SELECT value FROM json_each({ids}))"  # noqa: S608 - a parameter


def is_among(column: Any, ids: Any) -> sa.ColumnElement[bool]:
    """True where a column holds one of the ids that a parameter of the type `Ids` names.

    An operator: of a function SQLite would ask whether it is 1, and use no index.
    """
    return column.bool_op("IN")(each_of(ids))  # type: ignore[no-any-return]


class found_first(GenericFunction[int]):  # noqa: N801  a function of SQL
    """The few ids that a statement finds, as rows: found before anything else is read."""

    type = sa.BigInteger()
    inherit_cache = True

    def __init__(self, found: sa.Select[Any]) -> None:
        super().__init__(found.scalar_subquery())


@compiles(found_first)
def found_as_array(element: Any, compiler: Any, **options: Any) -> str:
    return f"(SELECT unnest(ARRAY{compiler.process(next(iter(element.clauses)), **options)}))"


@compiles(found_first, "sqlite")
def found_as_rows(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **options))


def is_one_of(column: Any, found: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """True where a column holds one of the few ids that a statement finds.

    PostgreSQL takes them for many, and would read all rows in the order asked for until it met enough.
    """
    return column.bool_op("IN")(found_first(found))  # type: ignore[no-any-return]


# The few ids of a page: in a list of its own SQLite sees how few, and reads no table from end to end.
IDS: Any = sa.bindparam("ids", expanding=True)


def within(column: Any, values: Collection[Any] | None) -> sa.ColumnElement[bool]:
    """True where a column is one of these values; everywhere for None."""
    return sa.true() if values is None else column.in_(values)
