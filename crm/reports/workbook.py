"""A report as a workbook and as CSV files: the same figures, rows and definitions, from the data that was kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from crm.lib.sheets import Kind, Of, Sheet, Single, as_book, as_csv
from crm.reports.data import Data
from crm.web.language import force_locale
from crm.web.language import gettext as _

UNITS = {kind.name.lower(): kind for kind in Kind}
LOCALES = {"zh": "zh_CN", "en": "en"}
FIXED = (1980, 1, 1, 0, 0, 0)  # what is the same has the same bytes


def as_xlsx(reports: Sequence[Data]) -> bytes:
    """A workbook: the figures, a sheet a table, the definitions; in each language of the report."""
    return as_book([sheet for data in reports for sheet in sheets(data)])


def as_csv_files(reports: Sequence[Data]) -> bytes:
    """The sheets as CSV files in one archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, sheet) in enumerate((one for data in reports for one in sheets(data)), 1):
            file = zipfile.ZipInfo(f"{place:02d} {name.replace('/', ' ')}.csv", FIXED)
            archive.writestr(file, as_csv(sheet), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def sheets(data: Data) -> Iterator[tuple[str, Sheet]]:
    """(name, sheet) of what a report says in one language."""
    with force_locale(LOCALES[data["language"]]):
        yield _("Figures"), figures(data)
        if facts := data.get("facts"):  # earlier reports kept none
            yield _("Facts"), Sheet([_("Facts")], [(_("Fact"), Kind.TEXT), (_("Content"), Kind.TEXT)], facts)
        for table in data["tables"]:
            yield table["name"], table_sheet(table)
        if data["definitions"]:
            yield _("Definitions"), definitions(data)


def figures(data: Data) -> Sheet:
    """Every figure in a row; money in yuan, a share as a part of one."""
    headings = [
        (_("Figure"), Kind.TEXT),
        (_("Value"), Kind.NUMBER),
        (_("Unit"), Kind.TEXT),
        (_("Note"), Kind.TEXT),
        (_("As of"), Kind.DAY),
        (_("Name"), Kind.TEXT),
        (_("Version"), Kind.COUNT),
    ]
    rows = [
        (
            one["label"],
            Of(UNITS[one["unit"]], typed(one["value"], UNITS[one["unit"]])),
            _("yuan") if one["unit"] == "money" else one["noun"],
            one["note"],
            typed(one["as_of"], Kind.DAY),
            one["metric"],
            one["version"],
        )
        for one in data["figures"]
    ]
    return Sheet([data["title"], data["name"], data["days"]], headings, rows)


def table_sheet(table: Data) -> Sheet:
    kinds = [UNITS[one["unit"]] for one in table["columns"]]
    headings = [(heading(one["label"], kind), kind) for one, kind in zip(table["columns"], kinds, strict=True)]
    if table["grouped"]:
        headings, kinds = [(_("Group"), Kind.TEXT), *headings], [Kind.TEXT, *kinds]
    rows = [[typed(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in table["rows"]]
    return Sheet([table["name"]], headings, rows)


def heading(label: str, kind: Kind) -> str:
    """What stands above a column; above money that it is in yuan, whatever paper counts in."""
    return _("%(label)s, %(unit)s", label=label, unit=_("yuan")) if kind == Kind.MONEY else label


def definitions(data: Data) -> Sheet:
    headings = [
        (_("Term"), Kind.TEXT),
        (_("Definition"), Kind.TEXT),
        (_("Name"), Kind.TEXT),
        (_("Version"), Kind.COUNT),
    ]
    rows = [(one["term"], one["text"], one["metric"], one["version"]) for one in data["definitions"]]
    return Sheet([_("Definitions")], headings, rows)


def typed(value: Any, kind: Kind) -> Single:
    """A value of the data as a sheet has it; a range, or an amount in words, as text."""
    if isinstance(value, dict):
        exact = value["low"] if value["low"] == value["high"] else None
        return value["text"] or ranged(value) if exact is None else exact / 100
    if kind == Kind.DAY and value:
        return date.fromisoformat(value)
    return value / 100 if kind == Kind.MONEY and isinstance(value, int) else value


def ranged(amount: Data) -> str | None:
    if amount["low"] is None or amount["high"] is None:
        return None
    return f"{amount['low'] / 100:,.0f}–{amount['high'] / 100:,.0f}"
