"""What differs between two reports of one kind: figure by figure, row by row, and why where the registry knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crm.core.clock import day_of
from crm.core.storage import storage
from crm.metrics.comparing import Comparison, classes
from crm.metrics.comparing import compare as compare_metric
from crm.metrics.definitions import METRICS
from crm.metrics.queries import as_known_on
from crm.reports.data import Data, from_json
from crm.reports.models import Report
from crm.web.language import current_language


@dataclass(frozen=True)
class Changed:
    """One figure in both reports; None where one does not have it. `note`: tells it from others of its name; `why`: the
    rows that make the difference."""

    label: str
    note: str
    unit: str
    before: Any
    after: Any
    metric: str = ""
    why: Comparison | None = None

    @property
    def difference(self) -> Any:
        """After less before; None where that says nothing."""
        if isinstance(self.before, (int, float)) and isinstance(self.after, (int, float)):
            return self.after - self.before
        return None

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """(class, what it adds to the figure) of the rows that make the difference."""
        return [(why.value, self.why.effect(why)) for why in classes(self.why)] if self.why else []

    @property
    def is_changed(self) -> bool:
        """True where the two differ."""
        return bool(self.before != self.after)


@dataclass(frozen=True)
class ChangedTable:
    """A table in both: rows that only the later one has, and that only the earlier one had, by the rows behind them."""

    name: str
    came: int
    went: int
    stayed: int


@dataclass(frozen=True)
class Compared:
    """Every figure and every table of two reports."""

    figures: tuple[Changed, ...]
    tables: tuple[ChangedTable, ...]


def compare(before: Report, after: Report) -> Compared | None:
    """How a later report differs from an earlier one; None where one kept no data."""
    old, new = data_of(before), data_of(after)
    if old is None or new is None:
        return None
    return Compared(tuple(figures(before, after, old, new)), tuple(tables(old, new)))


def data_of(report: Report) -> Data | None:
    """What a report said, in the language at hand if it was told in it."""
    if report.edition is None or report.edition.data_key is None:
        return None
    try:
        told = from_json(storage.get(report.edition.data_key))
    except FileNotFoundError:
        return None
    language = "en" if current_language() == "en" else "zh"
    return next((one for one in told if one["language"] == language), told[0])


def figures(before: Report, after: Report, old: Data, new: Data) -> Iterator[Changed]:
    earlier = {one["name"]: one for one in old["figures"]}
    later = {one["name"]: one for one in new["figures"]}
    labels = [one["label"] for one in new["figures"]]
    for name in [*later, *(name for name in earlier if name not in later)]:
        told = later.get(name) or earlier[name]
        yield Changed(
            told["label"],
            told["note"] if labels.count(told["label"]) > 1 else "",
            told["unit"],
            earlier.get(name, {}).get("value"),
            later.get(name, {}).get("value"),
            told["metric"],
            why(before, after, told["metric"]) if name in earlier and name in later else None,
        )


def why(before: Report, after: Report, metric: str) -> Comparison | None:
    """The rows that make the difference of a figure of the registry, as both were known when the reports were made."""
    if metric not in METRICS or before.edition is None or after.edition is None:
        return None
    known = [
        as_known_on(METRICS[metric], report.to_day, day_of(report.edition.made_at))
        for report in (before, after)
        if report.edition is not None
    ]
    first, second = known
    return compare_metric(METRICS[metric], first, second) if first and second else None


def tables(old: Data, new: Data) -> Iterator[ChangedTable]:
    earlier = {one["name"]: set(one["ids"]) for one in old["tables"] if one["record"]}
    for one in new["tables"]:
        if one["name"] in earlier and one["record"]:
            had, has = earlier[one["name"]], set(one["ids"])
            yield ChangedTable(one["name"], len(has - had), len(had - has), len(has & had))
