"""The child process that opens an uploaded workbook, within its own limits of time and memory.

Reads the workbook from standard input and answers on standard output with `marshal`, which both sides of one
Python understand and which is quicker than pickle: `{"sheets": [(wanted, name, rows, merged ranges)]}` or
`{"error": …}`. Run as a file, so that it needs nothing of the application.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import marshal
import re
import resource
import sys
import unicodedata
from typing import Any

import python_calamine


def limit_myself(memory: int, seconds: int) -> None:
    """Ask the system to end this process when it grows or runs beyond reason."""
    for what, limit in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CPU, seconds)):
        with contextlib.suppress(OSError, ValueError):  # not every system has every limit
            resource.setrlimit(what, (limit, limit))


def base_name(name: str) -> str:
    """A sheet's name without numbering, year and remarks: `1.企业（2025年）` is 企业."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    plain = re.sub(r"\(.*?\)|【.*?】|\[.*?\]", "", plain)
    return re.sub(r"^[\d._\-、]*年?[\d._\-、]*|[\d._\-、]*年?度?$", "", plain)


def portable(cell: Any) -> Any:
    """What marshal cannot carry, as something it can: a day as a tuple, a length of time as text."""
    if isinstance(cell, datetime.date):
        return (cell.year, cell.month, cell.day)
    if isinstance(cell, (datetime.time, datetime.timedelta)):
        return str(cell)
    return cell


def read(content: bytes, max_rows: int, max_columns: int, wanted: frozenset[str]) -> dict[str, Any]:
    """The cells of the wanted worksheets; of several that fit one name, the first."""
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets: list[Any] = []
    chosen: dict[str, str] = {}
    for name in workbook.sheet_names:
        if base_name(name) in wanted:
            chosen.setdefault(base_name(name), name)
    for base, name in chosen.items():
        sheet = workbook.get_sheet_by_name(name)
        max_rows -= sheet.total_height
        if max_rows < 0 or sheet.total_width > max_columns:
            return {"error": "large"}
        rows = sheet.to_python(skip_empty_area=False)
        for row in rows:
            row[:] = [cell if type(cell) in (str, float) else portable(cell) for cell in row]
        sheets.append((base, name, rows, sheet.merged_cell_ranges or []))
    return {"sheets": sheets}


def main() -> None:
    """Answer for one workbook."""
    max_rows, max_columns, memory, seconds, *wanted = sys.argv[1:]
    limit_myself(int(memory), int(seconds))
    try:
        answer = read(sys.stdin.buffer.read(), int(max_rows), int(max_columns), frozenset(wanted))
    except MemoryError:
        answer = {"error": "large"}
    except Exception:  # whatever the file made the reader do, it is the file that is broken
        answer = {"error": "broken"}
    sys.stdout.buffer.write(marshal.dumps(answer))


if __name__ == "__main__":
    main()
