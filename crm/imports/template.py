"""An empty ledger: every sheet with its headings, for desks that begin one."""

from __future__ import annotations

import io

from crm.imports.layout import FLOWS, LAYOUTS
from crm.lib.returns import FlowKind
from crm.lib.sheets import PLAIN
from crm.settings.queries import label

ROWS = 2000
UNIT = "（万元）"


def ledger_template(language: str) -> bytes:
    """The workbook, as XLSX; 资金流 offers its kinds as a list, in a language."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, PLAIN) as workbook:
        bold = workbook.add_format({"bold": True})
        for layout in LAYOUTS:
            sheet = workbook.add_worksheet(layout.name)
            for column, field in enumerate(layout.fields):
                heading = field.headings[0] + (UNIT if field.is_money else "")
                sheet.write_string(0, column, heading, bold)
                sheet.set_column(column, column, max(12, 2 * len(heading)))
                if layout is FLOWS and field.name == "kind":
                    kinds = [
                        *(label("flow_kind", kind, language) for kind in FlowKind),
                        label("fund_figure", "nav", language),
                    ]
                    sheet.data_validation(1, column, ROWS, column, {"validate": "list", "source": kinds})
    return target.getvalue()
