"""The rows of a grid as its page and its scripts show them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from crm.grid.actions import Answer, State
from crm.grid.reading import SentRow
from crm.grid.sheet import Sheet, texts_of
from crm.web.filters import moment
from crm.web.language import translate


@dataclass
class ShownRow:
    """One row: what stands in its cells, and what there is to say about them. A new one has no id."""

    key: str
    cells: Mapping[str, str]
    record_id: int | None = None
    version: int | None = None
    href: str = ""
    state: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    understood: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    at: str = ""

    @property
    def differing(self) -> list[str]:
        """The columns in which this row differs from what somebody else saved."""
        return [name for name, text in self.theirs.items() if self.cells.get(name, text).strip() != text.strip()]


def new_key() -> str:
    """A key under which a row counts once."""
    return secrets.token_urlsafe(12)


def shown_record(sheet: Sheet, record: Any) -> ShownRow:
    """The row of a record."""
    return ShownRow(new_key(), texts_of(sheet, record), record.id, record.version, sheet.href(record))


def blank_rows(sheet: Sheet, count: int) -> list[ShownRow]:
    """Rows for what is not there yet."""
    return [ShownRow(new_key(), {column.name: "" for column in sheet.columns}) for _ in range(count)]


def answered_rows(sheet: Sheet, sent: Sequence[SentRow], answers: Iterable[Answer]) -> list[ShownRow]:
    """What became of each sent row: a saved one as it is now, another one with everything that was typed."""
    told = list(answers)
    records = sheet.load([one.record_id for one in told if one.record_id])
    sheet.learn(records.values())
    return [
        answered(sheet, row, answer, records.get(answer.record_id or 0)) for row, answer in zip(sent, told, strict=True)
    ]


def answered(sheet: Sheet, sent: SentRow, answer: Answer, record: Any) -> ShownRow:
    now = shown_record(sheet, record) if record is not None else blank_rows(sheet, 1)[0]
    now.key, now.state = sent.key, answer.state.value
    now.understood = answer.row.understood
    if answer.state == State.SAVED:
        return now
    known = {column.name for column in sheet.columns}
    errors: dict[str, str] = {}
    for name, message in answer.errors.items():
        place = name if name in known else ""
        errors[place] = " ".join(filter(None, (errors.get(place), translate(message))))
    now.errors = errors
    if answer.state == State.CONFLICT:
        now.theirs = now.cells
        change = current_app.extensions["crm_last_change"](record)
        now.by, now.at = (change.by, moment(change.at)) if change else ("", "")
    else:
        now.version = sent.version
    now.cells = {**now.cells, **sent.cells}
    return now


def as_json(row: ShownRow) -> dict[str, Any]:
    """A row for the page's script."""
    return {
        "state": row.state,
        "id": row.record_id,
        "version": row.version,
        "href": row.href,
        "cells": row.theirs or row.cells,
        "errors": row.errors,
        "understood": row.understood,
        "by": row.by,
        "at": row.at,
    }
