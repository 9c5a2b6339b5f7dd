"""An uploaded ledger as rows of cells: sheets and columns found by their names, merged cells filled down."""

from __future__ import annotations

import marshal
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crm.imports.container import broken, check_container, refused, too_large
from crm.imports.layout import LAYOUTS, Field, Layout, heading_key, unit_in
from crm.lib.names import name_key
from crm.lib.text import N_, Message

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MEMORY = 512 * 1024**2  # 200,000 rows take 420 MB
SECONDS = 10  # of computing; 200,000 rows take 4
WAIT = 60  # seconds, on a busy machine
HEADER_WITHIN = 10  # rows
MAX_FILLED = 1_000_000  # cells that merged ranges may fill

Cell = str | float | bool | date
Row = tuple[int, list[Cell]]

_TOTAL = re.compile(
    r"(?:本页|本月|本季|本年|全年|上年|累计|各.{0,4}|\d{4}年?)?(?:合计|小计|总计|共计|累计)(?:[:(数].*)?"
)
_REMARK_BEGINS = frozenset("注备说填制审单数")
_REMARK = re.compile(r"(?:注|备注|说明|填表|制表|审核|单位|数据来源)(?:人|时间|日期|单位)?\d?[:(.、].*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: where its columns stand, what a plain number in them counts, and its numbered rows."""

    layout: Layout
    name: str
    header: list[str]
    columns: dict[str, int]
    units: dict[str, int | None]
    rows: list[Row]

    def heading(self, field: str) -> str:
        """The heading of a column as it stands in the file."""
        return " ".join(self.header[self.columns[field]].split())


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of one ledger by the name of their layout; a sheet that the file lacks is missing here."""

    sheets: dict[str, Sheet]

    def sheet(self, layout: Layout) -> Sheet | None:
        return self.sheets.get(layout.name)

    @property
    def size(self) -> int:
        """How many rows there are to import."""
        return sum(len(sheet.rows) for sheet in self.sheets.values())


def read_book(content: bytes) -> Book:
    """The ledger in the bytes of an XLSX file.

    Raises Refusal for a file that is broken, encrypted, not XLSX, too large, or no ledger.
    """
    check_container(content)
    layouts = {name: layout for layout in LAYOUTS for name in layout.names}
    sheets: dict[str, Sheet] = {}
    for base, name, cells, merged in _unpack(content, list(layouts)):
        layout = layouts[base]
        sheet = _sheet(layout, name, cells, merged)
        if sheet is not None:
            sheets.setdefault(layout.name, sheet)
    if not sheets:
        names = "、".join(layout.name for layout in LAYOUTS)
        raise refused(N_("The file has none of the sheets %(names)s", names=names))
    return Book(sheets)


def _unpack(content: bytes, wanted: list[str]) -> list[Any]:
    """The cells of the wanted sheets, read by a process of its own that may die of the file."""
    limits = [str(limit) for limit in (MAX_ROWS, MAX_COLUMNS, MEMORY, SECONDS)]
    command = [sys.executable, "-I", str(Path(__file__).with_name("unpack.py")), *limits, *wanted]
    try:
        child = subprocess.run(command, input=content, capture_output=True, timeout=WAIT, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise too_large() from None
    if child.returncode != 0:
        raise too_large()
    answer = marshal.loads(child.stdout)  # noqa: S302  written by our own process a moment ago
    if "error" in answer:
        raise too_large() if answer["error"] == "large" else broken()
    sheets: list[Any] = answer["sheets"]
    return sheets


def _sheet(layout: Layout, name: str, cells: list[list[Any]], merged: list[Any]) -> Sheet | None:
    """The sheet with its rows, or None when there is nothing in it."""
    if not any(any(row) for row in cells):
        return None
    top, columns = _find_header(layout, name, cells)
    header = [str(cell) for cell in cells[top]]
    units = _units(layout, cells[:top], header, columns)
    filled = [any(row) for row in cells]
    _fill_merged(cells, merged, top)
    furniture = Furniture(layout, header, columns)
    rows: list[Row] = []
    for number in range(top + 2, len(cells) + 1):
        row = cells[number - 1]
        if not filled[number - 1] or (furniture.is_likely(row) and furniture.is_certain(row)):
            continue
        if tuple in map(type, row):
            row[:] = [date(*cell) if type(cell) is tuple else cell for cell in row]
        rows.append((number, row))
    return Sheet(layout, name, header, columns, units, rows)


def _find_header(layout: Layout, name: str, cells: list[list[Any]]) -> tuple[int, dict[str, int]]:
    """Which row is the header (counted from 0) and where each of our columns stands in it."""
    missing: Message | None = None
    best = -1
    for top, row in enumerate(cells[:HEADER_WITHIN]):
        columns = _columns(layout.fields, row)
        lacking = [field.headings[0] for field in layout.fields if field.needed and field.name not in columns]
        if not lacking and len(columns) > 1:
            return top, columns
        if len(columns) > best:
            best = len(columns)
            missing = N_("Sheet %(sheet)s lacks the column %(columns)s", sheet=name, columns="、".join(lacking))
    raise refused(missing or N_("Sheet %(sheet)s is empty", sheet=name))


def _columns(fields: tuple[Field, ...], row: list[Any]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for index, cell in enumerate(row):
        if isinstance(cell, str) and (key := heading_key(cell)):
            keys.setdefault(key, index)
    found: dict[str, int] = {}
    for field in fields:
        place = next((keys[heading] for heading in field.headings if heading in keys), None)
        if place is not None and place not in found.values():
            found[field.name] = place
    return found


def _units(layout: Layout, above: list[list[Any]], header: list[str], columns: dict[str, int]) -> dict[str, int | None]:
    """What a plain number in each money column counts: by its heading, else by a remark above the header."""
    remarks = (cell for row in above for cell in row if isinstance(cell, str) and "单位" in cell)
    general = next((unit for remark in remarks if (unit := unit_in(remark.split("单位")[-1]))), None)
    return {
        field.name: unit_in(header[columns[field.name]]) or general
        for field in layout.fields
        if field.is_money and field.name in columns
    }


def _fill_merged(cells: list[list[Any]], merged: list[Any], top: int) -> None:
    """Write the value of a merged cell into each row that it spans, below the header."""
    left = MAX_FILLED
    for (first, column), (last, _last_column) in merged:
        if first <= top or first >= len(cells) or column >= len(cells[first]):
            continue
        below = cells[first + 1 : last + 1]
        left -= len(below)
        if left < 0:
            raise too_large()
        for row in below:
            row[column] = cells[first][column]


class Furniture:
    """Tells rows that are no records: blank ones, totals, remarks below the table, the header once more."""

    def __init__(self, layout: Layout, header: list[str], columns: dict[str, int]) -> None:
        self.header = header
        self.keys = [columns[field.name] for field in layout.fields if field.needed]
        self.key = columns["name"] if "name" in columns else columns["startup"]

    def is_likely(self, row: list[Any]) -> bool:
        """A quick look that lets ordinary rows pass."""
        key, first = row[self.key], row[0]
        if not isinstance(key, str) or not key or key[0] in " \u3000" or key == self.header[self.key]:
            return True
        return "计" in key or key[0] in _REMARK_BEGINS or (isinstance(first, str) and "计" in first)

    def is_certain(self, row: list[Any]) -> bool:
        """The careful look."""
        texts = [name_key(cell) for cell in row if isinstance(cell, str) and cell and not cell.isspace()]
        numbers = sum(not isinstance(cell, str) for cell in row)
        if not texts:
            return not numbers
        if all(row[index] == self.header[index] for index in self.keys):
            return True
        key = row[self.key]
        if any(_TOTAL.fullmatch(text) for text in (texts[0], name_key(key) if isinstance(key, str) else "")):
            return True
        return len(texts) == 1 and not numbers and _REMARK.fullmatch(texts[0]) is not None
