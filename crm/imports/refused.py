"""The refused rows as a workbook of their own: mend them there and import that file."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from crm.imports.outcome import Outcome, Remark
from crm.imports.reader import Sheet, read_book
from crm.lib.sheets import PLAIN
from crm.lib.text import N_
from crm.lib.translations import translator

REASON = N_("Reason")


def refused_workbook(content: bytes, outcome: Outcome, language: str) -> bytes | None:
    """Header and refused rows of each sheet as they were, and why, in a language; None without any."""
    if not outcome.refused:
        return None
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, PLAIN) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for sheet in read_book(content).sheets.values():
            remarks = [remark for remark in outcome.refused if remark.sheet == sheet.name]
            if remarks:
                fill(workbook.add_worksheet(sheet.name), sheet, remarks, language, day)
    return target.getvalue()


def fill(worksheet: Any, sheet: Sheet, remarks: list[Remark], language: str, day: Any) -> None:
    cells = dict(sheet.rows)
    last = len(sheet.header)
    for column, heading in enumerate((*sheet.header, translator(language)(REASON))):
        worksheet.write_string(0, column, heading)
    for row, remark in enumerate(remarks, 1):
        for column, cell in enumerate(cells[remark.row]):
            write(worksheet, row, column, cell, day)
        worksheet.write_string(row, last, remark.reason(language))
    worksheet.freeze_panes(1, 0)
    worksheet.set_column(0, last - 1, 16)
    worksheet.set_column(last, last, 60)


def write(worksheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    """A cell as what it was; text stays text whatever it looks like."""
    if isinstance(cell, bool):
        worksheet.write_boolean(row, column, cell)
    elif isinstance(cell, date):
        worksheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, str):
        if cell:
            worksheet.write_string(row, column, cell)
    else:
        worksheet.write_number(row, column, cell)
