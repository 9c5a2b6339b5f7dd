"""The child process that opens a form, within its own limits: the only module that knows openpyxl.

Reads `{"content", "values"}` from standard input and answers on standard output, both as `marshal` writes them. Without
values it answers `{"cells": [(sheet, cell, text, is a formula)], "named": [(name, sheet, cell)]}`, with values
`{"content"}`: [(sheet, cell, value, number format where the cell has none)], a day as a tuple. Or `{"error"}`. Run as
a file, so that it needs nothing of the application.
"""

from __future__ import annotations

import contextlib
import io
import marshal
import resource
import sys
import warnings
from datetime import date, datetime
from typing import Any

MEMORY = 300 * 1024**2
SECONDS = 5  # of computing; 50,000 cells take two
MOST_CELLS = 50_000
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel knows no time zone


def limit_myself() -> None:
    """Ask the system to end this process when it grows or runs beyond reason."""
    for what, limit in ((resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with contextlib.suppress(OSError, ValueError):  # not every system has every limit
            resource.setrlimit(what, (limit, limit))


def opened(content: bytes) -> Any:
    """The workbook with its formulas and the formats inside its texts. Raises MemoryError for one too large."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), rich_text=True, keep_links=False)
    if sum(len(sheet._cells) for sheet in book.worksheets) > MOST_CELLS:
        raise MemoryError
    return book


def read(content: bytes) -> dict[str, Any]:
    """Every cell with braces, and every cell that has a name."""
    book = opened(content)
    cells = [
        (sheet.title, cell.coordinate, str(cell.value), cell.data_type == "f")
        for sheet in book.worksheets
        for _place, cell in sorted(sheet._cells.items())
        if cell.value is not None and "{{" in str(cell.value)
    ]
    return {"cells": cells, "named": list(named(book))}


def named(book: Any) -> Any:
    """(name, sheet, cell) of each name that means one cell."""
    for name, defined in book.defined_names.items():
        with contextlib.suppress(ValueError, TypeError):
            for sheet, cell in defined.destinations:
                place = cell.replace("$", "")
                if ":" not in place and sheet in book.sheetnames:
                    yield name, sheet, place


def fill(content: bytes, values: list[Any]) -> dict[str, Any]:
    """The workbook with its cells filled; each keeps its format."""
    book = opened(content)
    for sheet, place, value, number_format in values:
        cell = book[sheet][place]
        cell.value = date(*value) if isinstance(value, tuple) else value
        if isinstance(value, str):
            cell.data_type = "s"
        elif cell.number_format == "General":
            cell.number_format = number_format
    book.calculation.fullCalcOnLoad = True
    book.properties.created = book.properties.modified = MADE
    written = io.BytesIO()
    book.save(written)
    return {"content": written.getvalue()}


def main() -> None:
    """Answer for one workbook."""
    limit_myself()
    warnings.simplefilter("ignore")
    asked = marshal.loads(sys.stdin.buffer.read())  # noqa: S302  written by our own process a moment ago
    try:
        answer = fill(**asked) if "values" in asked else read(**asked)
    except MemoryError:
        answer = {"error": "large"}
    except Exception:  # whatever the file made the reader do, it is the file that is broken
        answer = {"error": "broken"}
    sys.stdout.buffer.write(marshal.dumps(answer))


if __name__ == "__main__":
    main()
