"""The rows of a grid as a form sends them: `<row>:<column>` is a cell, `<row>:id` and `<row>:version` its record."""

from __future__ import annotations

import re

from flask import abort
from werkzeug.datastructures import MultiDict

from crm.grid.reading import SentRow
from crm.grid.sheet import Sheet
from crm.web.guards import LARGEST_ID

MOST_ROWS = 400
KEY = re.compile(r"[A-Za-z0-9_-]{8,60}")
THEIRS = "theirs"


def sent_rows(sheet: Sheet, form: MultiDict[str, str]) -> list[SentRow]:
    """The rows that say something. What has no column is not read; what no page of ours sends is refused."""
    keys = list(dict.fromkeys(name.partition(":")[0] for name in form if ":" in name))
    if len(keys) > MOST_ROWS:
        abort(413)
    if not all(KEY.fullmatch(key) for key in keys):
        abort(400)
    rows = [sent_row(sheet, form, key) for key in keys]
    return [row for row in rows if row.record_id or any(text.strip() for text in row.cells.values())]


def sent_row(sheet: Sheet, form: MultiDict[str, str], key: str) -> SentRow:
    taken = set(form.getlist(f"{key}:{THEIRS}"))
    cells = {
        column.name: form[f"{key}:{column.name}"]
        for column in sheet.columns
        if f"{key}:{column.name}" in form and column.name not in taken
    }
    return SentRow(key, number(form.get(f"{key}:id", "")), number(form.get(f"{key}:version", "")), cells)


def number(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,19}", text, re.ASCII) or int(text) > LARGEST_ID:
        abort(400)
    return int(text)
