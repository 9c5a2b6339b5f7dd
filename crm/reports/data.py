"""What a report says as JSON: kept beside its PDF, and the source of its workbook, its CSV files and comparisons.

`{"language", "title", "name", "days", "audience", "figures": [...], "facts": [[label, text]], "tables": [...],
"definitions": [...]}`, of a briefing its "letter" too. Money is in 分, shares are parts of one, days are YYYY-MM-DD, an
amount is `{"low", "high", "text"}`. `ids` are the rows behind a table (the frozen row set); what goes outside has none.
What is kept has `"rows"` besides, those behind each figure, in its first language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from crm.lib.money import Amount
from crm.reports.content import Column, Content, Definition, Drawing, Facts, Key, Table, Value, value_of
from crm.reports.letter import Letter

Data = dict[str, Any]


def as_data(language: str, content: Content) -> Data:
    """A report in one language."""
    return {
        "language": "en" if language == "en" else "zh",
        "title": content.title,
        "name": content.name,
        "days": content.days,
        "audience": content.audience,
        "figures": [figure_data(key) for key in content.keys],
        "facts": [list(row) for block in content.blocks(Facts) for row in block.rows],
        "tables": [table_data(table, ids=content.audience == "inside") for table in content.tables],
        "definitions": [definition_data(one) for one in content.definitions],
        **({"letter": letter_data(content.letter, content.blocks(Drawing))} if content.letter else {}),
    }


def letter_data(letter: Letter, annexed: Iterable[Drawing]) -> Data:
    """The main part of a briefing without its figures; its charts, and those that stand among its annexes."""
    return {
        **{name: told for name, told in vars(letter).items() if name not in ("drawings", "keys", "passages")},
        "passages": [{"title": one.title, "items": [vars(item) for item in one.items]} for one in letter.passages],
        "drawings": list(map(drawing_data, letter.drawings)),
        "annexed_drawings": list(map(drawing_data, annexed)),
    }


def drawing_data(drawing: Drawing) -> Data:
    """A chart of a briefing: what its macro takes."""
    geometry = [vars(one) for one in drawing.geometry]
    return {
        "shape": drawing.shape,
        "geometry": geometry,
        "title": drawing.title,
        "description": drawing.description,
        "legend": [text for _colour, text in drawing.legend],
    }


def figure_data(key: Key) -> Data:
    return {
        "name": key.name,
        "label": key.label,
        "value": key.value,
        "unit": key.unit.name.lower(),
        "noun": key.noun,
        "note": key.note,
        "metric": key.metric,
        "version": key.version,
        "as_of": plain(key.as_of),
        "since": plain(key.since),
    }


def table_data(table: Table, *, ids: bool) -> Data:
    """A table with the columns that a sheet has; where its rows are grouped, the group stands first."""
    grouped = any(group.label for group in table.groups)
    columns = table.on_sheet
    return {
        "name": table.name,
        "record": table.record,
        "ids": list(table.ids) if ids else [],
        "grouped": grouped,
        "columns": [column_data(column) for _, column in columns],
        "rows": [
            [*([group.label] if grouped else []), *(plain(value_of(row[place])) for place, _ in columns)]
            for group, row in table.rows
        ],
    }


def column_data(column: Column) -> Data:
    return {"label": column.label, "unit": column.kind.name.lower()}


def definition_data(one: Definition) -> Data:
    return {"term": one.term, "text": one.text, "metric": one.metric, "version": one.version}


def plain(value: Value) -> Any:
    if isinstance(value, Amount):
        return {"low": value.low, "high": value.high, "text": value.text}
    return value.isoformat() if isinstance(value, date) else value


def as_json(data: Sequence[Data]) -> bytes:
    """The same data, the same bytes."""
    return json.dumps(list(data), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def from_json(content: bytes) -> list[Data]:
    """The report in each of its languages."""
    found: list[Data] = json.loads(content)
    return found
