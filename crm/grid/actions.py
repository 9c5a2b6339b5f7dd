"""Saving the rows of a grid: all of them or the good ones, each through its feature's own actions."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from crm.accounts.models import Actor
from crm.core.db import db, recorded
from crm.core.errors import Conflict, Refusal
from crm.core.submissions import Submission, remember_submission
from crm.lib.text import N_, Message


class State(enum.StrEnum):
    """What became of a row. GOOD: nothing is wrong with it, but it was not saved."""

    SAVED = "saved"
    GOOD = "good"
    WRONG = "wrong"
    CONFLICT = "conflict"


REFUSED = frozenset({State.WRONG, State.CONFLICT})


class Row(Protocol):
    """A row that was read: see crm.grid.reading."""

    key: str
    record: Any
    values: dict[str, Any]
    changed: frozenset[str]
    errors: dict[str, Message]
    theirs: dict[str, str] | None


class Writer(Protocol):
    """Makes and changes the records of a grid."""

    name: str

    def make(self, values: dict[str, Any], *, by: Actor, at: datetime) -> Any: ...

    def change(
        self, record: Any, values: dict[str, Any], changed: Collection[str], *, by: Actor, at: datetime
    ) -> None: ...


@dataclass
class Answer:
    """What became of one row: its record's id when it has one, what is wrong with its cells."""

    row: Any
    state: State
    record_id: int | None = None
    errors: dict[str, Message] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of all rows. `changes`: the ids of the history's entries, by which all of it can be undone."""

    answers: Sequence[Answer]
    changes: Sequence[int] = ()

    @property
    def saved(self) -> int:
        """How many rows were saved."""
        return sum(answer.state == State.SAVED for answer in self.answers)

    @property
    def wrong(self) -> int:
        """How many rows were refused."""
        return sum(answer.state in REFUSED for answer in self.answers)


def save(
    writer: Writer, rows: Sequence[Row], *, partly: bool, only_try: bool = False, by: Actor, at: datetime
) -> Outcome:
    """Save rows. Unless `partly`, one that is refused keeps all from being saved; `only_try` saves none."""
    before = list(recorded(db.session()))
    whole = db.session.begin_nested()
    answers = [save_row(writer, row, by=by, at=at) for row in rows]
    refused = any(answer.state in REFUSED for answer in answers)
    if only_try or (refused and not partly):
        whole.rollback()
        recorded(db.session())[:] = before
        for answer in answers:
            answer.state = State.GOOD if answer.state == State.SAVED else answer.state
            answer.record_id = answer.record_id if answer.row.record is not None else None
        return Outcome(answers)
    whole.commit()
    db.session.flush()  # the entries need their ids
    return Outcome(answers, [entry.id for entry in recorded(db.session())])


def save_row(writer: Writer, row: Row, *, by: Actor, at: datetime) -> Answer:
    """Save one row in a savepoint of its own."""
    record_id = row.record.id if row.record is not None else None
    if row.theirs is not None:
        return Answer(row, State.CONFLICT, record_id, dict(row.errors))
    if row.errors:
        return Answer(row, State.WRONG, record_id, dict(row.errors))
    if not row.changed:
        return Answer(row, State.SAVED, record_id)
    before = list(recorded(db.session()))
    try:
        with db.session.begin_nested():
            record_id = write_row(writer, row, by=by, at=at)
    except (Refusal, Conflict, IntegrityError, DataError, StaleDataError) as error:
        recorded(db.session())[:] = before
        return Answer(row, State.WRONG, record_id, why(error))
    return Answer(row, State.SAVED, record_id)


def write_row(writer: Writer, row: Row, *, by: Actor, at: datetime) -> int:
    """Make or change the record of a row, and remember the row's key, so that it counts once."""
    record = row.record
    if record is None:
        record = writer.make(row.values, by=by, at=at)
    else:
        writer.change(record, row.values, row.changed, by=by, at=at)
    record_id: int = record.id
    remember_submission(row.key, by.id or 0, f"/{writer.name}/{record_id}", at=at)
    return record_id


def why(error: Exception) -> dict[str, Message]:
    if isinstance(error, Refusal):
        return dict(error.fields)
    if isinstance(error, DataError):
        return {"": N_("A number or a text here is too large to keep.")}
    return {"": N_("Someone else saved the same at this moment: save again.")}


def known_keys(keys: Collection[str], account_id: int | None) -> dict[str, Submission]:
    """The rows that this account saved before, by their keys."""
    found = db.session.scalars(
        sa.select(Submission).where(Submission.key.in_(keys), Submission.account_id == account_id)
    )
    return {one.key: one for one in found}
