"""The rows behind a figure as a table to take along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from crm.lib.sheets import Kind, Sheet
from crm.lib.text import N_
from crm.lib.translations import translator
from crm.metrics.definitions import Metric

AMOUNT = N_("Amount (CNY)")


def sheet_of(metric: Metric, as_of: date, rows: Sequence[Any], language: str) -> Sheet:
    """One line a row; amounts in yuan."""
    translate = translator(language)
    kinds = [Kind.TEXT, Kind.TEXT, Kind.DAY] + ([Kind.MONEY] if metric.is_money else [])
    labels = [translate(one) for one in (*metric.headings, AMOUNT)]
    return Sheet(
        about=(translate(metric.title), as_of.isoformat(), translate(metric.definition)),
        headings=tuple(zip(labels, kinds, strict=False)),
        rows=[cells(metric, row) for row in rows],
    )


def cells(metric: Metric, row: Any) -> list[Any]:
    amount = [None if row.amount is None else row.amount / 100] if metric.is_money else []
    return [row.label, row.detail or "", row.day, *amount]
