"""Workbooks show every number, and long text on further lines."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl

from crm.lib.sheets import WIDEST, Kind, Of, Sheet, as_csv, as_xlsx

SHEET = Sheet(
    ["Figures"],
    [("指标", Kind.TEXT), ("Value", Kind.NUMBER), ("Note", Kind.TEXT)],
    [
        ("杭州澜沧叁号创业投资合伙企业（有限合伙）", Of(Kind.MONEY, 124_000_000_000.0), "口径" * 100),
        ("Reply rate", Of(Kind.SHARE, 0.843), None),
        ("Days", 24, None),
        ("Median", 24.5, None),
    ],
)


def opened() -> Any:
    return openpyxl.load_workbook(BytesIO(as_xlsx(SHEET))).active


def test_a_column_is_wide_enough_for_its_largest_number_and_its_longest_name_but_not_for_a_paragraph() -> None:
    widths = opened().column_dimensions
    assert widths["A"].width > 2 * len("杭州澜沧叁号创业投资合伙企业（有限合伙）")
    assert widths["B"].width > len("124,000,000,000.00")
    assert 0 <= widths["C"].width - WIDEST < 1
    assert opened()["C2"].alignment.wrap_text


def test_a_value_of_another_kind_than_its_column_is_shown_as_what_it_is() -> None:
    formats = [opened().cell(line, 2).number_format for line in range(2, 6)]
    assert formats == ["#,##0.00", "0.0%", "#,##0", "#,##0.##"]
    lines = as_csv(SHEET).decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines] == ["Value", "124000000000.00", "84.3%", "24", "24.5"]
