"""A table as a file or as text: typed cells, and text that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import enum
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from unicodedata import east_asian_width

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # Excel in Chinese takes the wide ones, too
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
UNFIT = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel knows no time zone
FIRST_DAY = date(1900, 1, 1)  # no workbook knows an earlier one
Single = str | int | float | date | None
WIDEST = 60  # characters of a column; longer text goes on in further lines
LOOKED_AT = 200  # rows of text that a column is made wide enough for


class Kind(enum.StrEnum):
    """What a column holds, and how a spreadsheet shows it."""

    TEXT = "@"
    DAY = "yyyy-mm-dd"
    NUMBER = "#,##0.##"
    COUNT = "#,##0"
    SHARE = "0.0%"
    MONEY = "#,##0.00"


@dataclass(frozen=True)
class Of:
    """A value that is of another kind than its column."""

    kind: Kind
    value: Single


Value = Single | Of


@dataclass(frozen=True)
class Sheet:
    """A table to hand out. `headings`: (what, kind). Shares are parts of one, money is in yuan; None: not known.

    `about`: what the rows are, for its name and the first lines of the text.
    """

    about: Sequence[str]
    headings: Sequence[tuple[str, Kind]]
    rows: Sequence[Sequence[Value]]


def as_csv(sheet: Sheet) -> bytes:
    """As spreadsheets read it, Excel too; text that would run there begins with an apostrophe."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([harmless(label) for label, _ in sheet.headings])
    for row in sheet.rows:
        lines.writerow([plain(value, kind) for value, (_, kind) in zip(row, sheet.headings, strict=True)])
    return written.getvalue().encode("utf-8-sig")


def plain(value: Value, kind: Kind) -> str:
    if isinstance(value, Of):
        return plain(value.value, value.kind)
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, date):
        return value.isoformat()
    return {Kind.SHARE: f"{value:.1%}", Kind.MONEY: f"{value:.2f}"}.get(kind, f"{value:.12g}")


def harmless(text: str) -> str:
    text = CONTROL.sub("", text)
    return f"'{text}" if text.startswith(RUNS) else text


def as_xlsx(sheet: Sheet) -> bytes:
    """A workbook of one sheet: numbers are numbers, text stays text whatever it looks like."""
    return as_book([("", sheet)])


def as_book(sheets: Sequence[tuple[str, Sheet]]) -> bytes:
    """A workbook of named sheets ("": as the program names it). Equal sheets give equal bytes."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, PLAIN) as book:
        book.set_properties({"created": MADE})
        names: set[str] = set()
        for name, sheet in sheets:
            write_sheet(book, book.add_worksheet(sheet_name(name, names) or None), sheet)
    return content.getvalue()


def sheet_name(name: str, taken: set[str]) -> str:
    """A name as Excel takes it: 31 characters at most, each once."""
    name = UNFIT.sub(" ", CONTROL.sub("", name)).strip("' ")[:LONGEST_NAME]
    numbered = name
    number = 1
    while numbered.lower() in taken:
        number += 1
        numbered = f"{name[: LONGEST_NAME - 4]} {number}"
    taken.add(numbered.lower())
    return numbered


def write_sheet(book: Any, worksheet: Any, sheet: Sheet) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True})
    formats = {kind: book.add_format({"num_format": kind.value}) for kind in Kind}
    for column, (label, kind) in enumerate(sheet.headings):
        worksheet.write_string(0, column, CONTROL.sub("", label), bold)
        worksheet.set_column(column, column, width(label, kind, [row[column] for row in sheet.rows]))
    for line, row in enumerate(sheet.rows, 1):
        for column, (told, (_, usual)) in enumerate(zip(row, sheet.headings, strict=True)):
            value, kind = (told.value, told.kind) if isinstance(told, Of) else (told, usual)
            if isinstance(value, str):
                worksheet.write_string(line, column, CONTROL.sub("", value), wrapped if is_long(value) else None)
            elif isinstance(value, date) and value < FIRST_DAY:
                worksheet.write_string(line, column, value.isoformat())
            elif isinstance(value, date):
                worksheet.write_datetime(line, column, value, formats[kind])
            elif value is not None:
                worksheet.write_number(line, column, value, formats[shown_as(value, kind)])
    worksheet.freeze_panes(1, 1)


def shown_as(value: float, kind: Kind) -> Kind:
    """How a number is shown: a whole one without the point that spreadsheets put behind it."""
    return Kind.COUNT if kind == Kind.NUMBER and value == int(value) else kind


def width(label: str, kind: Kind, values: Sequence[Value]) -> int:
    """How wide a column is, in characters: no number of it may be too long to be shown."""
    told = [one.value if isinstance(one, Of) else one for one in values]
    numbers = [f"{one:,.2f}" for one in told if isinstance(one, (int, float))]
    texts = [one for one in told[:LOOKED_AT] if isinstance(one, str)]
    return min(max(map(wide, (label, kind.value, *numbers, *texts))) + 2, WIDEST)


def is_long(text: str) -> bool:
    """True for what the widest column has no room for."""
    return len(text) > WIDEST // 2 and wide(text) > WIDEST


def wide(text: str) -> int:
    """How many characters wide the longest line of a text is; a Chinese one counts twice."""
    return max(
        (sum(2 if east_asian_width(one) in "FWA" else 1 for one in line) for line in text.splitlines()), default=0
    )


def as_text(sheet: Sheet) -> str:
    """For a chat: what it is about, then a line a row, which names each number."""
    labels = [label for label, _ in sheet.headings[1:]]
    kinds = [kind for _, kind in sheet.headings[1:]]
    lines = []
    for head, *cells in sheet.rows:
        told = [
            f"{label} {shown(value, kind)}"
            for label, value, kind in zip(labels, cells, kinds, strict=True)
            if value is not None
        ]
        lines.append(f"{head}: {' · '.join(told)}" if told else str(head))
    return "\n".join([*sheet.about, "", *lines])


def shown(value: Value, kind: Kind) -> str:
    if isinstance(value, Of):
        return shown(value.value, value.kind)
    if isinstance(value, (str, date)) or value is None:
        return str(value or "")
    return f"{value:.0%}" if kind == Kind.SHARE else f"{value:,.2f}" if kind == Kind.MONEY else f"{value:,.12g}"


# How each kind of file is written, and its media type.
FILES: dict[str, tuple[Callable[[Sheet], bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
