"""What differs between two reports of one kind: figure by figure, row by row, and why by the rows that both froze."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from crm.core.storage import storage
from crm.reports.counted import Row, thawed
from crm.reports.data import Data, from_json
from crm.reports.kinds import KINDS
from crm.reports.models import Report
from crm.web.language import current_language


class Why(enum.StrEnum):
    """NEW: it happened after the earlier report's last day. LATE: it had happened by then and was not counted yet
    (补录). ENDED: it ended, or the later report's days leave it out. REMOVED: it counts no longer, though its day says
    that it might. CHANGED: what it counts for changed as business went on. CORRECTED: it counts otherwise (更正).
    REDEFINED: LATE, REMOVED and CORRECTED between two versions of the definition, which cannot be told from what the
    definition itself counts otherwise."""

    NEW = "new"
    LATE = "late"
    ENDED = "ended"
    REMOVED = "removed"
    CHANGED = "changed"
    CORRECTED = "corrected"
    REDEFINED = "redefined"


KNOWN_OTHERWISE = (Why.LATE, Why.REMOVED, Why.CORRECTED)
ADDED_UP = ("count", "money")  # a share, or a median, is no sum of its rows


class Reason(NamedTuple):
    """A class of rows that make a difference: how many, and what they add to the figure."""

    why: Why
    rows: int
    effect: int


@dataclass(frozen=True)
class Days:
    """The days of which a figure counts; no `since`: from the beginning."""

    since: date | None
    as_of: date

    def hold(self, row: Row) -> bool:
        """True for a row that the figure would count."""
        _, day, until, _ = row
        return (self.since is None or self.since <= day) and day <= self.as_of and (until is None or until > self.as_of)


@dataclass(frozen=True)
class Changed:
    """One figure in both reports; None where one does not have it. `note`: tells it from others of its name, or how it
    came about; `reasons`: the rows that make the difference, where both froze them."""

    label: str
    unit: str
    metric: str
    before: Any
    after: Any
    notes: tuple[str, str]
    reasons: tuple[Reason, ...]
    is_one_of_several: bool

    @property
    def difference(self) -> Any:
        """After less before; None where that says nothing."""
        if isinstance(self.before, (int, float)) and isinstance(self.after, (int, float)):
            return self.after - self.before
        return None

    @property
    def is_changed(self) -> bool:
        """True where the two differ."""
        return bool(self.before != self.after)

    @property
    def is_added_up(self) -> bool:
        """True where it is the sum of its rows."""
        return self.unit in ADDED_UP


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
    old, new = kept_of(before), kept_of(after)
    if old is None or new is None:
        return None
    found = figures((in_language(old), rows_of(old), before), (in_language(new), rows_of(new), after))
    return Compared(tuple(found), tuple(tables(in_language(old), in_language(new))))


def kept_of(report: Report) -> list[Data] | None:
    """What a report said, in each of its languages."""
    if report.edition is None or report.edition.data_key is None:
        return None
    try:
        return from_json(storage.get(report.edition.data_key))
    except FileNotFoundError:
        return None


def in_language(told: list[Data]) -> Data:
    """In the language at hand if it was told in it."""
    language = "en" if current_language() == "en" else "zh"
    return next((one for one in told if one["language"] == language), told[0])


def rows_of(told: list[Data]) -> Data:
    """{figure: the rows behind it}; what was kept earlier has none."""
    rows: Data = told[0].get("rows", {})
    return rows


Told = tuple[Data, Data, Report]


def figures(earlier: Told, later: Told) -> Iterator[Changed]:
    """Every figure of both, those of the later report first."""
    (old, _, _), (new, _, _) = earlier, later
    had, has = ({one["name"]: one for one in data["figures"]} for data in (old, new))
    labels = [one["label"] for one in new["figures"]]
    for name in [*has, *(name for name in had if name not in has)]:
        told, in_both = has.get(name) or had[name], name in had and name in has
        was, now = had.get(name, {}), has.get(name, {})
        yield Changed(
            told["label"],
            told["unit"],
            told["metric"],
            was.get("value"),
            now.get("value"),
            (was.get("note", ""), now.get("note", "")),
            tuple(reasons(name, (was, earlier), (now, later))) if in_both else (),
            labels.count(told["label"]) > 1,
        )


def reasons(name: str, before: tuple[Data, Told], after: tuple[Data, Told]) -> Iterator[Reason]:
    """Why a figure differs, class by class; nothing where a report did not keep its rows."""
    (was, (_, old_rows, old_report)), (now, (_, new_rows, new_report)) = before, after
    if name not in old_rows or name not in new_rows:
        return
    old, new = thawed(old_rows[name]), thawed(new_rows[name])
    days = days_of(was, old_report), days_of(now, new_report)
    found: dict[Why, list[int]] = defaultdict(list)
    for row_id in old.keys() | new.keys():
        counted, counts = old.get(row_id), new.get(row_id)
        effect = worth(counts) - worth(counted)
        if counted is None or counts is None or effect:
            why = reason(counted, counts, days)
            if why is Why.CORRECTED and name in KINDS[new_report.kind].going_on:
                why = Why.CHANGED
            found[Why.REDEFINED if was["version"] != now["version"] and why in KNOWN_OTHERWISE else why].append(effect)
    yield from (Reason(why, len(found[why]), sum(found[why])) for why in Why if why in found)


def days_of(figure: Data, report: Report) -> Days:
    """The days of which a figure of a report counts; one that says none is of the report's own."""
    if figure["metric"]:
        since = figure.get("since")
        return Days(since and date.fromisoformat(since), date.fromisoformat(figure["as_of"]))
    return Days(None if KINDS[report.kind].covers == "day" else report.from_day, report.to_day)


def worth(row: Row | None) -> int:
    """What a row adds to its figure."""
    return 0 if row is None else 1 if row[3] is None else row[3]


def reason(counted: Row | None, counts: Row | None, days: tuple[Days, Days]) -> Why:
    """Why a row counts on one side only, or otherwise than on the other."""
    before, after = days
    if counts is None:
        return Why.REMOVED if counted is not None and after.hold(counted) else Why.ENDED
    if counted is None:
        return Why.LATE if before.hold(counts) else Why.NEW
    return Why.CORRECTED


def tables(old: Data, new: Data) -> Iterator[ChangedTable]:
    earlier = {one["name"]: set(one["ids"]) for one in old["tables"] if one["record"]}
    for one in new["tables"]:
        if one["name"] in earlier and one["record"]:
            had, has = earlier[one["name"]], set(one["ids"])
            yield ChangedTable(one["name"], len(has - had), len(had - has), len(has & had))
