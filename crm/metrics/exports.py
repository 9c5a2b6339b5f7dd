"""The rows behind a figure, or behind what changed in it, as a table to take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crm.lib.sheets import Kind, Sheet
from crm.lib.text import N_, Message
from crm.lib.translations import translator
from crm.metrics.comparing import Comparison, Difference, Why, classes
from crm.metrics.definitions import Metric

AMOUNT = N_("Amount (CNY)")
CLASSES: Mapping[Why, Message] = {
    Why.NEW: N_("Added"),
    Why.ENDED: N_("Ended"),
    Why.LATE: N_("Late entries"),
    Why.CORRECTED: N_("Corrections"),
    Why.REDEFINED: N_("Another definition"),
}


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


def sheet_of_changes(metric: Metric, days: tuple[date, date], comparison: Comparison, language: str) -> Sheet:
    """One line a row that came, went or changed, class by class; what it adds to the figure, in yuan or in rows."""
    translate = translator(language)
    changed = [N_("Effect (CNY)"), N_("Amount before (CNY)")] if metric.is_money else [N_("Effect")]
    kinds = [Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.DAY] + [Kind.MONEY if metric.is_money else Kind.COUNT] * len(changed)
    labels = [translate(one) for one in (N_("What changed"), *metric.headings, *changed)]
    return Sheet(
        about=(
            f"{translate(metric.title)} · {translate(N_('What changed'))}",
            " – ".join(day.isoformat() for day in days),
            translate(metric.definition),
        ),
        headings=tuple(zip(labels, kinds, strict=True)),
        rows=[
            [translate(CLASSES[why]), *change_cells(metric, one)]
            for why in classes(comparison)
            for one in comparison.of(why)
        ],
    )


def change_cells(metric: Metric, one: Difference) -> list[Any]:
    fact, before = one.fact, one.before
    told = [fact.label, fact.detail or "", fact.day]
    if not metric.is_money:
        return [*told, one.effect]
    return [*told, one.effect / 100, None if before is None or before.amount is None else before.amount / 100]
