"""What is written down about records: notes, meetings, calls, mails and tasks."""

from __future__ import annotations

import enum
from datetime import date, datetime, time
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import Archivable, Base, Versioned, many_to_one, text

LONGEST_TITLE = 80


class Ref(NamedTuple):
    """A record of any kind: its table and its id."""

    record_type: str
    record_id: int


class ActivityKind(enum.StrEnum):
    NOTE = "note"
    MEETING = "meeting"
    CALL = "call"
    MAIL = "mail"
    TASK = "task"


class Repeat(enum.StrEnum):
    """How often a task comes again."""

    DAILY = "daily"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class Part(enum.StrEnum):
    """What a record has to do with an activity. `WITHIN`: it holds a linked one, as a startup holds its deals."""

    ABOUT = "about"
    MENTIONED = "mentioned"
    PARTICIPANT = "participant"
    WITHIN = "within"


class Activity(Versioned, Archivable, Base):
    """One note, meeting, call, mail or task; `happened_on`: the day of the talk, or on which the task was written down.

    Only tasks have `due_on`, an assignee, and how often they repeat. `repeats_from`: the due day of the first task of
    a series, so that the 31st stays the 31st after a February. `follows_id`: the task whose completion made this one.
    """

    __tablename__ = "activity"
    __table_args__ = (
        sa.Index(
            "ix_activity_by_due", "kind", "archived_at", "done_at", sa.text("coalesce(due_on, '9999-12-31')"), "id"
        ),
        sa.Index(
            "ix_activity_mine_by_due",
            "assignee_id",
            "archived_at",
            "done_at",
            sa.text("coalesce(due_on, '9999-12-31')"),
            "id",
        ),
    )

    kind: Mapped[ActivityKind]
    text: Mapped[str] = mapped_column(sa.Text)
    happened_on: Mapped[date]
    starts_at: Mapped[time | None] = mapped_column(default=None)
    place: Mapped[str] = mapped_column(sa.String(120), default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    due_on: Mapped[date | None] = mapped_column(default=None)
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    repeats: Mapped[Repeat | None] = mapped_column(default=None)
    repeats_from: Mapped[date | None] = mapped_column(default=None)
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activity.id"), unique=True, default=None)
    created_at: Mapped[datetime]

    by: Mapped[Account | None] = many_to_one("Account", "Activity.by_id")
    assignee: Mapped[Account | None] = many_to_one("Account", "Activity.assignee_id")

    @property
    def is_task(self) -> bool:
        """True for what is to be done."""
        return self.kind == ActivityKind.TASK

    @property
    def title(self) -> str:
        """The first line, as lists and the history call it."""
        return title_of(self.text)

    def days_late(self, today: date) -> int:
        """How many days an open task is overdue; 0 for every other."""
        return days_late(self.due_on, self.done_at, today)


def title_of(text: str) -> str:
    """The first line of a text, as lists and the history call it."""
    first = text.strip().partition("\n")[0].strip()
    return first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1] + "…"


def days_late(due_on: date | None, done_at: datetime | None, today: date) -> int:
    """How many days a task is overdue that is still open."""
    return max((today - due_on).days, 0) if due_on is not None and done_at is None else 0


class ActivityLink(Base):
    """A record that an activity is about, mentions, was attended by, or lies within.

    `label`: how the text calls a record that it mentions, without its sign. `happened_on` repeats the activity's, so
    that the latest of a record are read along one index.
    """

    __tablename__ = "activity_link"
    __table_args__ = (
        sa.UniqueConstraint("activity_id", "record_type", "record_id"),
        sa.Index(None, "record_type", "record_id", "happened_on", "activity_id"),
    )

    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    record_type: Mapped[str] = mapped_column(sa.String(30))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    part: Mapped[Part]
    label: Mapped[str] = text(200)
    happened_on: Mapped[date]

    activity: Mapped[Activity] = many_to_one("Activity", "ActivityLink.activity_id")

    @property
    def ref(self) -> Ref:
        """The record."""
        return Ref(self.record_type, self.record_id)


@event.listens_for(Activity, "after_update")
def move_links(_: object, connection: sa.Connection, activity: Activity) -> None:
    """Let the links say the activity's day, whoever changed it."""
    if sa.inspect(activity).attrs.happened_on.history.has_changes():
        same = sa.update(ActivityLink).where(ActivityLink.activity_id == activity.id)
        connection.execute(same.values(happened_on=activity.happened_on))
