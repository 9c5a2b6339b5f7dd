"""Institutions and startups: one row, one record, matched by code, then name, then short name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import Base
from crm.core.naming import FormerName
from crm.imports.actions.matching import Directory, Known, Unmatched, load
from crm.imports.actions.words import OTHER, Words
from crm.imports.actions.writing import Writer
from crm.imports.investors import key_of
from crm.imports.outcome import ADDED, CHANGED, UNCHANGED, Outcome
from crm.imports.rows import InstitutionRow, Reading, StartupRow
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.lib.text import N_, Message, Unreadable
from crm.startups.actions import pins
from crm.startups.models import Filing, FilingKind, PastRound, Startup, StartupLabel

AMOUNT_ENDS = ("low", "high", "text")
NOT_YET = N_("the day has not come yet")
UNTOLD = frozenset({"name_key", "short_key"})


@dataclass(frozen=True, slots=True)
class Run:
    """What every part of one import needs."""

    words: Words
    writer: Writer
    outcome: Outcome


class Parts:
    """What a row says about records that belong to its record. Of an institution: nothing."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def take(self, known: Known, row: Any, warnings: list[Message]) -> list[dict[str, Any]]:
        """Keep what is new for write(); returns it as the audit tells it."""
        return []

    def write(self) -> None:
        """Write what was kept."""


class NewRows:
    """Rows of one table of parts, each under the key by which it is known; what was taken away by hand stays away."""

    def __init__(self, run: Run, model: type[Base], columns: tuple[str, ...], known: Iterable[tuple[int, str]]) -> None:
        self.run, self.model, self.columns = run, model, columns
        self.known = set(known)
        self.rows: list[tuple[Any, ...]] = []

    def take(self, startup_id: int, key: str, *values: Any) -> bool:
        """Keep a row for write(); False for one that is known."""
        if (startup_id, key) in self.known:
            return False
        self.known.add((startup_id, key))
        self.rows.append((startup_id, *values))
        return True

    def write(self) -> None:
        """Write what was kept."""
        writer = self.run.writer
        rows = zip(writer.numbers(self.model, len(self.rows)), self.rows, strict=True)
        columns = ("id", "created_at", "startup_id", *self.columns)
        writer.insert(self.model, columns, [(number, writer.at, *row) for number, row in rows])


class StartupParts(Parts):
    """The round that a startup closed last (最近一轮), without a day; its labels; the number of its model filing."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        read = run.writer.session.execute
        rounds = read(sa.select(PastRound.startup_id, PastRound.round_name))
        labels = read(sa.select(StartupLabel.startup_id, StartupLabel.label, StartupLabel.label_text))
        numbers = sa.select(Filing.startup_id, Filing.filing_number).where(Filing.kind == FilingKind.MODEL_FILING)
        known_filings = ((row.startup_id, row.filing_number) for row in read(numbers))
        known_labels = ((row.startup_id, row.label or key_of(row.label_text)) for row in labels)
        self.rounds = NewRows(run, PastRound, ("round_name",), ((row.startup_id, row.round_name) for row in rounds))
        self.labels = NewRows(run, StartupLabel, ("label", "label_text"), known_labels)
        self.filings = NewRows(run, Filing, ("kind", "filing_number"), known_filings)

    def take(self, known: Known, row: Any, warnings: list[Message]) -> list[dict[str, Any]]:
        changes = self.take_round(known, row, warnings)
        labels = [word for word in row.labels if self.take_label(known, word)]
        if labels:
            changes.append(audit.change("labels", None, tuple(labels)))
        kind = FilingKind.MODEL_FILING
        if row.model_filing and self.filings.take(known.id, row.model_filing, kind, row.model_filing):
            changes.append(audit.change("model_filing", None, row.model_filing))
        return changes

    def take_round(self, known: Known, row: Any, warnings: list[Message]) -> list[dict[str, Any]]:
        if not row.last_round:
            return []
        try:
            code = self.run.words.round(row.last_round)
        except Unreadable as unreadable:
            warnings.append(unreadable.message)
            return []
        return [audit.change("past_round", None, code)] if self.rounds.take(known.id, code, code) else []

    def take_label(self, known: Known, word: str) -> bool:
        code = self.run.words.code("startup_label", word)
        return self.labels.take(known.id, code or key_of(word), code, "" if code else word)

    def write(self) -> None:
        for rows in (self.rounds, self.labels, self.filings):
            rows.write()


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between the two kinds: table, name in the outcome, how a row becomes columns and parts."""

    model: type[Base]
    counted_as: str
    columns: Callable[[Any, Words, list[Message]], dict[str, Any]]
    parts: type[Parts]


def directory_of(model: type[Base], run: Run) -> Directory:
    """Everything of one kind that the database knows."""
    session = run.writer.session
    former = sa.select(FormerName.record_id, FormerName.name_key).where(FormerName.record_type == model.__tablename__)
    return load(session.execute(sa.select(model.__table__)).mappings(), session.execute(former))


class RecordImport:
    """The import of one sheet of institutions or startups."""

    def __init__(self, kind: Kind, sheet: str, run: Run) -> None:
        self.kind = kind
        self.sheet = sheet
        self.run = run
        self.today = day_of(run.writer.at)
        self.directory = directory_of(kind.model, run)
        self.parts = kind.parts(run)
        self.new: list[Known] = []
        self.changed: dict[int, dict[str, Any]] = {}
        self.renamed: list[tuple[str, int, str, str]] = []

    def run_all(self, readings: Sequence[Reading]) -> None:
        """Add and change the records of the sheet; the directory knows them then."""
        writer, model = self.run.writer, self.kind.model
        numbers = iter(writer.numbers(model, sum(reading.value is not None for reading in readings)))
        for reading in readings:
            if reading.value is None:
                self.run.outcome.refuse(self.sheet, reading.number, *reading.reasons)
                continue
            try:
                known = match(self.directory, reading.value)
            except Unmatched as unmatched:
                self.run.outcome.refuse(self.sheet, reading.number, unmatched.message)
                continue
            self.take(reading, known, numbers)
        created = {"created_at": writer.at}
        writer.insert_values(model, [{"id": one.id, **one.values, **pins(one.values), **created} for one in self.new])
        for one in self.new:
            writer.note(model, one.id, self.shown(one))
        writer.update(model, self.changed)
        writer.insert(FormerName, ("record_type", "record_id", "name", "name_key"), self.renamed)
        self.parts.write()

    def take(self, reading: Reading, known: Known | None, numbers: Iterator[int]) -> None:
        """Take over one good row."""
        warnings = list(reading.warnings)
        values = self.kind.columns(reading.value, self.run.words, warnings)
        if known is None:
            known = Known(next(numbers), reading.value.name, with_kind(values))
            self.new.append(known)
            self.parts.take(known, reading.value, warnings)
            effect = ADDED
        else:
            effect = self.update(known, values, self.parts.take(known, reading.value, warnings))
        if known.values.get("archived_at"):
            warnings.append(in_the_bin(known.name))
        if reading.value.joined_on and reading.value.joined_on > self.today:
            warnings.append(NOT_YET)
        known.touched = reading.number
        self.directory.add(known)
        self.run.outcome.count(self.kind.counted_as, effect)
        self.run.outcome.warn(self.sheet, reading.number, *warnings)

    def update(self, known: Known, values: dict[str, Any], more: list[dict[str, Any]]) -> str:
        """Take over what a row says differently, and note it with what changed besides; the rest stays."""
        fresh = differences(known.values, values, known.former_keys)
        if not fresh and not more:
            return UNCHANGED
        changes = told(known.values, fresh) + more
        if "name" in fresh:
            self.renamed.append((self.kind.model.__tablename__, known.id, known.name, known.values["name_key"]))
        known.values.update(fresh)
        known.name = known.values["name"]
        if fresh:
            self.changed[known.id] = fresh | pins(fresh)
        self.run.writer.note(self.kind.model, known.id, self.shown(known), changes)
        return CHANGED

    def shown(self, known: Known) -> str:
        return known.shown_name if self.kind.model is Startup else known.name


def with_kind(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "kind": values["kind"] or OTHER} if "kind" in values else values


def match(directory: Directory, row: InstitutionRow | StartupRow) -> Known | None:
    """The record that a row is about; None for a new one. Raises Unmatched for one that cannot be."""
    key = key_of(row.name)
    coded = directory.by_code.get(row.credit_code) if row.credit_code else None
    named = directory.by_name.get(key)
    if coded is not None:
        if coded.touched is not None:
            raise Unmatched(
                N_(
                    "credit code %(code)s is in row %(row)s already",
                    code=row.credit_code or "",
                    row=coded.touched,
                )
            )
        if named is not None and named is not coded:
            raise Unmatched(N_("“%(name)s” is the name of another record", name=row.name))
        return coded
    if named is None and not row.credit_code and (sharing := directory.sharing(key)):
        named = directory.find(row.name) if len(sharing) > 1 else sharing[0]
    if named is None:
        return None
    other = named.values.get("credit_code")
    if row.credit_code and other and row.credit_code != other:
        raise Unmatched(N_("“%(name)s” has the credit code %(code)s", name=named.name, code=other))
    if named.touched is not None:
        raise Unmatched(N_("“%(name)s” is in row %(row)s already", name=row.name, row=named.touched))
    return named


def differences(
    current: Mapping[str, Any], values: Mapping[str, Any], former_keys: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The columns that a row says something else about; an amount's three columns go together.

    A record's former name does not become its name again.
    """
    fresh = {
        column: value
        for column, value in values.items()
        if value not in (None, "", ()) and value != current[column] and not column.endswith(("_low", "_high", "_text"))
    }
    for name, key in (("name", "name_key"), ("short_name", "short_key")):
        kept = not values.get("credit_code", True) or values.get("name_key") in former_keys
        if key not in fresh or (name == "name" and kept):
            fresh.pop(name, None)  # another spelling, or the short name: the record is not called differently now
            fresh.pop(key, None)
    if "credit_code" in fresh and current["no_code_reason"]:
        fresh["no_code_reason"] = None
    for prefix in {column.removesuffix("_low") for column in values if column.endswith("_low")}:
        ends = {f"{prefix}_{end}": values[f"{prefix}_{end}"] for end in AMOUNT_ENDS}
        if any(ends.values()) and any(current[column] != value for column, value in ends.items()):
            fresh.update(ends)
    if "headcount_text" in values and (values["headcount"] is not None or values["headcount_text"]):
        both = {column: values[column] for column in ("headcount", "headcount_text")}
        fresh.update({column: value for column, value in both.items() if value != current[column]})
    return fresh


def told(current: Mapping[str, Any], fresh: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The audit's account of changed columns."""
    return [
        audit.change(column, current[column], value)
        for column, value in fresh.items()
        if column not in UNTOLD and current[column] != value
    ]


def amount_columns(prefix: str, amount: Amount) -> dict[str, Any]:
    """The three columns of an amount."""
    return {f"{prefix}_{end}": getattr(amount, end) for end in AMOUNT_ENDS}


def in_the_bin(name: str) -> Message:
    return N_("“%(name)s” is in the bin: restore it, or it does not count", name=name)


def institution_columns(row: InstitutionRow, words: Words, warnings: list[Message]) -> dict[str, Any]:
    kind = words.code("institution_kind", row.kind) if row.kind else None
    if row.kind and kind is None:
        warnings.append(words.unknown("institution_kind", row.kind))
    stages, unknown_stages = words.several("growth_stage", row.growth_stages)
    sectors, unknown_sectors = words.several("sector_layer", row.sectors)
    warnings += unknown_stages + unknown_sectors
    return {
        "name": row.name,
        "name_key": key_of(row.name),
        "short_name": row.short_name,
        "short_key": key_of(row.short_name),
        "kind": kind or (OTHER if row.kind else ""),
        "credit_code": row.credit_code,
        "amac_number": row.amac_number,
        "city": row.city,
        "assets": row.assets,
        "joined_on": row.joined_on,
        "growth_stages": stages,
        "sectors": sectors,
        **amount_columns("ticket", row.ticket),
        "note": row.note,
    }


def startup_columns(row: StartupRow, words: Words, warnings: list[Message]) -> dict[str, Any]:
    codes: dict[str, str | None] = {}
    for vocabulary in ("sector_layer", "sector_vertical", "growth_stage"):
        word = getattr(row, vocabulary)
        codes[vocabulary] = words.code(vocabulary, word) if word else None
        if word and codes[vocabulary] is None:
            warnings.append(words.unknown(vocabulary, word))
    return {
        "name": row.name,
        "name_key": key_of(row.name),
        "short_name": row.short_name,
        "short_key": key_of(row.short_name),
        "credit_code": row.credit_code,
        "founded_on": row.founded_on,
        "joined_on": row.joined_on,
        **codes,
        "headcount": row.headcount,
        "headcount_text": row.headcount_text,
        **amount_columns("seeking", row.seeking),
        "summary": row.summary,
        "note": row.note,
    }


INSTITUTION_KIND = Kind(Institution, "institutions", institution_columns, Parts)
STARTUP_KIND = Kind(Startup, "startups", startup_columns, StartupParts)
