"""Pages of long lists: keyset paging, so that page 4,000 costs what page 1 costs, and counts that stop counting."""

from __future__ import annotations

import base64
import binascii
import enum
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from crm.core.db import db
from crm.core.expressions import as_limit
from crm.core.prepared import Prepared

PAGE_SIZE = 25
COUNT_LIMIT = 1000
LONGEST_CURSOR = 2000
LARGEST = 2**63
COUNTED = sa.bindparam("counted", type_=sa.BigInteger)  # the id of the record whose parts are counted
NOTHING: Mapping[str, Any] = MappingProxyType({})
LASTING = 200  # how many statements each kind of list keeps
MADE: WeakKeyDictionary[sa.Select[Any], dict[Hashable, sa.Select[Any]]] = WeakKeyDictionary()
# Where nothing is known, lists sort by these. Written out, not bound, so that an index of the same expression serves.
ONE = sa.literal_column("1", sa.Integer)
FIRST_DAY = sa.literal_column("'0001-01-01'", sa.Date)
BELOW_ZERO = sa.literal_column("-1", sa.BigInteger)


@dataclass(frozen=True)
class Sort:
    """One way to order a list: a column or expression that is never NULL, and the table's id to break ties."""

    expression: Any
    descending: bool = False


@dataclass(frozen=True)
class Place:
    """Where in a list a reader is: the sort, its direction, and the row that the page starts after or ends before.

    `size`: how many rows to read where it is not a page. `only`: the ids that it is about, if not all that match.
    """

    sort: str = ""
    descending: bool | None = None
    after: str = ""
    before: str = ""
    size: int | None = None
    only: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Slice:
    """One page of a list. `count` stops at 1,000 and `capped` says that there are more, unless nobody `counted`."""

    rows: Sequence[Any]
    count: int
    capped: bool
    sort: str
    descending: bool
    next_cursor: str | None
    previous_cursor: str | None
    counted: bool = True


class Count(enum.Enum):
    """How the rows of a list that goes on are counted.

    ALONE: without the joined tables, which only add to what a row shows. MANY: the caller knows that there are more
    than 1,000. NONE: not at all, where counting would take longer than the page.
    """

    ALL = "all"
    ALONE = "alone"
    MANY = "many"
    NONE = "none"


def slice_of(
    statement: sa.Select[Any],
    id_column: Any,
    sorts: Mapping[str, Sort],
    place: Place,
    size: int = PAGE_SIZE,
    *,
    count: Count | Callable[[], int] = Count.ALL,
    values: Mapping[str, Any] = NOTHING,
) -> Slice:
    """The page of a statement at a place; an unknown sort or a broken cursor gives the first page.

    `count`: how its rows are counted, or what tells how many there are, where somebody knows it better.
    `values`: of the parameters that the statement itself names.
    """
    name, descending = order_of(sorts, place)
    sort, size = sorts[name], place.size or size
    statement = statement if place.only is None else statement.where(id_column.in_(place.only))
    backwards = bool(place.before)
    cursor = fitting(read_cursor(place.before or place.after), sort.expression)
    down, follows = descending != backwards, cursor is not None
    ordered = once(
        statement,
        (name, down, follows, size),
        lambda: in_order(statement, id_column, sort, down=down, follows=follows, most=size + 1),
    )
    where = {"cursor_value": cursor[0], "cursor_id": cursor[1]} if cursor else {}
    found = list(db.session.execute(ordered, {**values, **where}))
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    total = len(found)
    if more or cursor is not None:
        total = how_many(statement, id_column, count, values)
    has_next = more if not backwards else cursor is not None
    has_previous = (more if backwards else cursor is not None) and bool(found)
    return Slice(
        rows=[row[0] if len(row) == 3 else row for row in found],
        count=min(total, COUNT_LIMIT),
        capped=total > COUNT_LIMIT,
        sort=name,
        descending=descending,
        next_cursor=write_cursor(found[-1]) if has_next and found else None,
        previous_cursor=write_cursor(found[0]) if has_previous else None,
        counted=count is not Count.NONE,
    )


def order_of(sorts: Mapping[str, Sort], place: Place) -> tuple[str, bool]:
    """The name of the sort at a place, the first for an unknown one, and whether it descends."""
    name = place.sort if place.sort in sorts else next(iter(sorts))
    return name, sorts[name].descending if place.descending is None or name != place.sort else place.descending


def first_rows(
    statement: sa.Select[Any],
    columns: tuple[Any, ...],
    id_column: Any,
    *,
    sorts: Mapping[str, Sort],
    place: Place,
    most: int,
) -> Sequence[sa.Row[Any]]:
    """The first rows of a list in the order of a place, some columns of each: many of them take less than a page."""
    name, down = order_of(sorts, place)
    ordered = once(
        statement,
        (columns, name, down, most),
        lambda: in_order(statement, id_column, sorts[name], down=down, follows=False, most=most).with_only_columns(
            *columns
        ),
    )
    return db.session.connection().execute(ordered).all()


def once(statement: sa.Select[Any], name: Hashable, make: Callable[[], sa.Select[Any]]) -> sa.Select[Any]:
    """What is made of a statement, made once as long as the statement is kept: making it takes longer than asking."""
    made = MADE.setdefault(statement, {})
    if name not in made:
        made[name] = make()
    return made[name]


def in_order(
    statement: sa.Select[Any], id_column: Any, sort: Sort, *, down: bool, follows: bool, most: int
) -> sa.Select[Any]:
    """The first rows of a statement in an order; `follows`: behind the row that :cursor_value and :cursor_id name."""
    ordered = statement.add_columns(sort.expression.label("sort_key"), id_column.label("row_id"))
    if follows:
        ordered = ordered.where(beyond(sort.expression, id_column, down))
    direction = sa.desc if down else sa.asc
    by = map(direction, (*the_same_for_all(statement, id_column), sort.expression, id_column))
    return ordered.order_by(*by).limit(as_limit(most))


def the_same_for_all(statement: sa.Select[Any], id_column: Any) -> tuple[Any, ...]:
    """The column `archived_at`, where it is empty in every row of a statement.

    PostgreSQL reads an index that begins with it in order only where it is told to sort by it first.
    """
    column, filters = id_column.table.c.get("archived_at"), statement.whereclause
    if column is None or filters is None:
        return ()
    empty = column.is_(None)
    return (column,) if any(one.compare(empty) for one in getattr(filters, "clauses", [filters])) else ()


def how_many(
    statement: sa.Select[Any], id_column: Any, count: Count | Callable[[], int], values: Mapping[str, Any]
) -> int:
    """How many rows a list has, counted to just over 1,000."""
    if callable(count):
        return count()
    if count in (Count.MANY, Count.NONE):
        return COUNT_LIMIT + 1
    limited = once(statement, count, lambda: counting(alone(statement, id_column, count), COUNT_LIMIT + 1))
    return db.session.scalar(limited, values) or 0


def alone(statement: sa.Select[Any], id_column: Any, count: Count) -> sa.Select[Any]:
    """The statement as it is counted."""
    filters = statement.whereclause
    if count is not Count.ALONE or filters is None:
        return statement
    return sa.select(ONE).select_from(id_column.table).where(filters)


def count_up_to(statement: sa.Select[Any], limit: int) -> int:
    """How many rows a statement has, counted no further than the limit."""
    return db.session.scalar(counting(statement, limit)) or 0


def counter(**parts: sa.Select[Any]) -> Callable[[int], dict[str, int]]:
    """What counts the parts of a record by its id, each to 1,000, all in one statement that is made once.

    `parts`: what is about the record `COUNTED`.
    """
    counts = [counting(one, COUNT_LIMIT).scalar_subquery().label(name) for name, one in parts.items()]
    statement = Prepared(sa.select(*counts))
    return lambda record_id: dict(zip(parts, statement.first(counted=record_id), strict=True))


def counting(statement: sa.Select[Any], limit: int) -> sa.Select[int]:
    limited = statement.with_only_columns(ONE, maintain_column_froms=True).order_by(None).limit(as_limit(limit))
    return sa.select(sa.func.count()).select_from(limited.subquery())


def beyond(expression: Any, id_column: Any, descending: bool) -> Any:
    value, row_id = sa.bindparam("cursor_value", type_=expression.type), sa.bindparam("cursor_id", type_=id_column.type)
    here, there = sa.tuple_(expression, id_column), sa.tuple_(value, row_id)
    if descending:
        return sa.and_(
            expression <= value, here < there
        )  # SQLite reads along an index by the first, PostgreSQL by both
    return sa.and_(expression >= value, here > there)


def write_cursor(row: Any) -> str:
    """A row's place as an opaque text."""
    value = row.sort_key
    kind = (
        "d"
        if isinstance(value, date) and not isinstance(value, datetime)
        else "t"
        if isinstance(value, datetime)
        else ""
    )
    plain = value.isoformat() if kind else value
    return base64.urlsafe_b64encode(json.dumps([kind, plain, row.row_id]).encode()).decode().rstrip("=")


def fitting(cursor: tuple[Any, int] | None, expression: Any) -> tuple[Any, int] | None:
    """The cursor when its value can be compared with the sort expression; a link of another list has none."""
    wanted = expression.type.python_type
    return cursor if cursor is not None and type(cursor[0]) in (wanted, wanted.__base__) else None


def read_cursor(text: str) -> tuple[Any, int] | None:
    """The place that a cursor names, or None for no or a broken one."""
    if len(text) > LONGEST_CURSOR:
        return None
    try:
        kind, value, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if kind == "d":
            value = date.fromisoformat(value)
        elif kind == "t":
            value = datetime.fromisoformat(value)
        return (value, row_id) if is_value(value) and is_value(row_id) and type(row_id) is int else None
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None


def is_value(value: object) -> bool:
    """True for what a column can hold: text, a 64-bit number, a day, a moment with its time zone."""
    if isinstance(value, str):
        return value.isprintable()
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return isinstance(value, date) or (type(value) is int and abs(value) < LARGEST)
