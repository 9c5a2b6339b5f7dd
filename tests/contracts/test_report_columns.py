"""A column of a report is as wide as it says: the style sheet of the PDFs knows every width that is asked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import crm

ROOT = Path(crm.__file__).parent


def widths() -> Iterator[tuple[str, int]]:
    """(file, mm) of every column."""
    for file in sorted((ROOT / "reports").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Column":
                asked = [*node.args[2:3], *(one.value for one in node.keywords if one.arg == "width")]
                yield from ((file.name, one.value) for one in asked if isinstance(one, ast.Constant) and one.value)


def test_the_style_sheet_knows_every_width() -> None:
    known = {int(mm) for mm in re.findall(r"\.w(\d+) ", (ROOT / "static/css/pdf.css").read_text())}
    asked = list(widths())
    assert len(asked) > 50
    assert [(file, mm) for file, mm in asked if mm not in known] == []
