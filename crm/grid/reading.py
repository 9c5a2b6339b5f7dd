"""Rows as they were sent, read against the records as they are now: what changes, what is wrong, what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.core.errors import Refusal
from crm.core.submissions import Submission
from crm.grid.columns import Column, refusal_of
from crm.grid.sheet import Sheet, texts_of
from crm.lib.text import N_, Message, Unreadable

GONE = N_("This row is no longer there.")


@dataclass(frozen=True)
class SentRow:
    """A row of a grid as somebody sent it: its own key, and for a record its id and the version that was read."""

    key: str
    record_id: int | None = None
    version: int | None = None
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ReadRow:
    """A sent row against its record. `values` are all of the row, `changed` names those that differ from the record.

    `theirs`: the record's cells, when somebody else saved it after this editor had read it.
    """

    key: str
    record: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    errors: dict[str, Message] = field(default_factory=dict)
    understood: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] | None = None


def read_rows(sheet: Sheet, sent: Sequence[SentRow], known: Mapping[str, Submission]) -> list[ReadRow]:
    """Every row, read. `known`: the keys that were saved before, from an answer that got lost on its way."""
    ids = {row.key: row.record_id or made_by(known.get(row.key)) for row in sent}
    records = sheet.load([found for found in ids.values() if found])
    sheet.learn(records.values())
    read = []
    for row in sent:
        record_id = ids[row.key]
        if record_id is None:
            read.append(read_new(sheet, row))
        elif record_id in records:
            read.append(read_change(sheet, row, records[record_id], again=row.key in known))
        else:
            read.append(ReadRow(row.key, errors={"": GONE}))
    return read


def made_by(submission: Submission | None) -> int | None:
    """The id at the end of the address that a submission led to."""
    return int(submission.location.rpartition("/")[2]) if submission else None


def read_new(sheet: Sheet, sent: SentRow) -> ReadRow:
    row = ReadRow(sent.key)
    for column in sheet.columns:
        row.values[column.name] = column.empty
        if not column.told:
            read_cell(row, column, sent.cells.get(column.name, ""))
    row.changed = frozenset(row.values)
    return row


def read_change(sheet: Sheet, sent: SentRow, record: Any, *, again: bool) -> ReadRow:
    """The row of a record: a cell that says what the record says is no change, whatever its spelling."""
    before = sheet.values(record)
    texts = texts_of(sheet, record)
    row = ReadRow(sent.key, record, dict(before))
    changed = set()
    for column in typed(sheet.columns, again=again):
        text = sent.cells.get(column.name, texts[column.name]).replace("\r\n", "\n").strip()
        if text == texts[column.name].strip():
            continue
        read_cell(row, column, text, before[column.name])
        if column.name in row.errors or row.values[column.name] != before[column.name]:
            changed.add(column.name)
    row.changed = frozenset(changed)
    if changed and sent.version != record.version:
        row.theirs = texts
    return row


def typed(columns: Iterable[Column], *, again: bool) -> Iterable[Column]:
    """The columns that a record's row may change; what was done once with an answer that got lost is not done again."""
    return (column for column in columns if not column.told and not column.only_new and not (again and column.once))


def read_cell(row: ReadRow, column: Column, text: str, current: Any = None) -> None:
    """Read one cell into its row: a value and how it was understood, or what is wrong with it."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        row.values[column.name] = column.empty
        if column.needed:
            row.errors[column.name] = N_("Fill this in.")
        return
    try:
        value = column.read(text, current)
    except (Unreadable, Refusal) as error:
        row.errors[column.name] = refusal_of(error, column)
        return
    row.values[column.name] = value
    told = column.write(value)
    if told != text:
        row.understood[column.name] = told
