"""One line of a timeline: what happened, when, and where it is recorded."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from crm.activities.models import Ref


class Source(enum.IntEnum):
    """Where a line comes from; within one moment the higher ones come first."""

    AUDIT = 1
    DOCUMENT = 2
    SERVICE = 3
    RECEIPT = 4
    EVENT = 5
    ACTIVITY = 6
    ATTENDANCE = 7


KINDS = {source: source.name.lower() for source in Source}
SHOWN: dict[str, tuple[Source, ...]] = {
    "": tuple(Source),
    "talks": (Source.ACTIVITY,),
    "deals": (Source.EVENT, Source.RECEIPT),
    "services": (Source.SERVICE,),
    "events": (Source.ATTENDANCE,),
    "files": (Source.DOCUMENT,),
}


class Place(NamedTuple):
    """Where a line stands: the day that it tells of, then when it was written down."""

    day: date
    at: datetime
    source: Source
    id: int


@dataclass(frozen=True)
class Linked:
    """A record that an activity names, as pages show it. `label`: how the text calls it."""

    ref: Ref
    part: str
    label: str
    name: str


class Talk(NamedTuple):
    """A note, meeting, call or mail as its line shows it. `papers`: the (id, name) of each that this reader may see."""

    id: int
    kind: str
    by_name: str
    place: str
    starts_at: time | None
    created_at: datetime
    text: str
    links: tuple[Linked, ...]
    papers: tuple[tuple[int, str], ...]


@dataclass
class Line:
    """One line. `thing`: the task, document, arrival or audit entry; of a move, receipt or service the row read."""

    place: Place
    thing: Any
    links: Sequence[Linked] = ()
    documents: Sequence[Any] = ()

    @property
    def kind(self) -> str:
        """The source, as templates name it."""
        return KINDS[self.place.source]


@dataclass(frozen=True)
class Day:
    """The lines of one day."""

    day: date
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """A page of a record's timeline, newest first. `earlier`: the cursor of the next page, "" on the last.

    `has_files`: False for those who see no papers.
    """

    about: Ref
    shown: str
    days: Sequence[Day]
    earlier: str
    is_first: bool
    has_files: bool

    @property
    def taken_back(self) -> set[int]:
        """The moves that a line of this page takes back."""
        moves = (line.thing for day in self.days for line in day.lines if line.place.source == Source.EVENT)
        return {move.reverses_id for move in moves if move.reverses_id}
