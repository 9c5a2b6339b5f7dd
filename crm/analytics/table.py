"""Every table of the analytics as typed cells: what its page shows, each number with the way to its deals, and what is
handed out as a file or as text."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crm.lib.money import Amount
from crm.lib.sheets import Kind as Written
from crm.lib.sheets import Sheet, Value
from crm.settings.choices import word
from crm.web.filters import money
from crm.web.language import gettext as _

FEN = 100  # in a yuan


class Kind(enum.StrEnum):
    """What a cell holds: text, a stage's code, deals, a part of deals, days, or an amount in 分 from low to high."""

    TEXT = "text"
    STAGE = "stage"
    COUNT = "count"
    SHARE = "share"
    DAYS = "days"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Column:
    """One column. `short`: how the page heads it where its neighbour says what it is about."""

    label: str
    kind: Kind = Kind.COUNT
    short: str = ""
    sort: str = ""
    is_strong: bool = False


@dataclass(frozen=True)
class Cell:
    """One value; None is nothing to tell. `part`: a share as (part, whole). `note`: said below it."""

    value: Any = None
    href: str = ""
    part: tuple[int, int] | None = None
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One row; a strong one adds others up."""

    cells: Sequence[Cell]
    is_strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the analytics; `name` as its address says it."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]


Href = Callable[..., str]


def count(value: int | None, href: str = "") -> Cell:
    """Deals, with the way to them unless there are none."""
    return Cell(value, href if value else "")


def share(part: int, whole: int) -> Cell:
    """A part of deals; nothing to tell of none."""
    return Cell(part / whole, part=(part, whole)) if whole else Cell()


def amount(low: int, high: int, note: str = "") -> Cell:
    """An amount in 分 from low to high; nothing to tell of none."""
    return Cell((low, high) if high else None, note=note)


def sheet(table: Table, about: Sequence[str]) -> Sheet:
    """A table to hand out: an amount takes two columns, in yuan."""
    headings = [heading for column in table.columns for heading in headings_of(column)]
    rows = [
        [value for cell, column in zip(row.cells, table.columns, strict=True) for value in values_of(cell, column)]
        for row in table.rows
    ]
    return Sheet([table.title, *about], headings, rows)


def spoken(table: Table, about: Sequence[str]) -> Sheet:
    """A table to read out in a chat: an amount in words, as its page shows it."""
    headings = [(column.label, WRITTEN.get(column.kind, Written.TEXT)) for column in table.columns]
    rows = [[spoken_value(*one) for one in zip(row.cells, table.columns, strict=True)] for row in table.rows]
    return Sheet([table.title, *about], headings, rows)


def spoken_value(cell: Cell, column: Column) -> Value:
    if column.kind == Kind.AMOUNT:
        return money(Amount(*cell.value)) if cell.value else None
    return next(values_of(cell, column))


def headings_of(column: Column) -> Iterator[tuple[str, Written]]:
    if column.kind == Kind.AMOUNT:
        yield _("%(what)s from, CNY", what=column.label), Written.MONEY
        yield _("%(what)s to, CNY", what=column.label), Written.MONEY
    else:
        yield column.label, WRITTEN[column.kind]


def values_of(cell: Cell, column: Column) -> Iterator[Value]:
    if column.kind == Kind.AMOUNT:
        yield from (one / FEN for one in cell.value) if cell.value else (None, None)
    elif column.kind == Kind.STAGE and cell.value is not None:
        yield word("deal_stage", cell.value)
    else:
        yield cell.value


WRITTEN = {
    Kind.TEXT: Written.TEXT,
    Kind.STAGE: Written.TEXT,
    Kind.COUNT: Written.COUNT,
    Kind.SHARE: Written.SHARE,
    Kind.DAYS: Written.NUMBER,
}
