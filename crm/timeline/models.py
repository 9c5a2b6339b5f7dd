"""One line of a timeline: what happened, when, and where it is recorded."""

from __future__ import annotations

import enum
from datetime import date, datetime, time
from typing import Any, NamedTuple

from crm.activities.models import Ref, days_late, title_of


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


class Linked(NamedTuple):
    """A record that an activity names, as pages show it. `label`: how the text calls it."""

    ref: Ref
    part: str
    label: str
    name: str


class Paper(NamedTuple):
    """A document as its line shows it."""

    id: int
    name: str
    created_at: datetime


class Talk(NamedTuple):
    """A note, meeting, call or mail as its line shows it. `papers`: those that this reader may see."""

    id: int
    kind: str
    by_name: str
    place: str
    starts_at: time | None
    created_at: datetime
    text: str
    links: tuple[Linked, ...]
    papers: tuple[Paper, ...]


class Task(NamedTuple):
    """A task as its line shows it."""

    id: int
    kind: str
    text: str
    starts_at: time | None
    created_at: datetime
    due_on: date | None
    done_at: datetime | None
    assignee_name: str

    @property
    def title(self) -> str:
        """The first line of its text."""
        return title_of(self.text)

    def days_late(self, today: date) -> int:
        """How many days it is overdue; 0 where it is done or has time."""
        return days_late(self.due_on, self.done_at, today)


class Line(NamedTuple):
    """One line. `thing`: the values that it shows."""

    place: Place
    thing: Any
    links: tuple[Linked, ...] = ()
    documents: tuple[Paper, ...] = ()

    @property
    def kind(self) -> str:
        """The source, as templates name it."""
        return KINDS[self.place.source]


class Day(NamedTuple):
    """The lines of one day."""

    day: date
    lines: tuple[Line, ...]


class Timeline(NamedTuple):
    """A page of a record's timeline, newest first. `earlier`: the cursor of the next page, "" on the last.

    `has_files`: False for those who see no papers.
    """

    about: Ref
    shown: str
    days: tuple[Day, ...]
    earlier: str
    is_first: bool
    has_files: bool

    @property
    def taken_back(self) -> set[int]:
        """The moves that a line of this page takes back."""
        moves = (line.thing for day in self.days for line in day.lines if line.place.source == Source.EVENT)
        return {move.reverses_id for move in moves if move.reverses_id}
