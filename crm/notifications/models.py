"""Notices: what happened to a record that one account should know."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, text


class NoticeKind(enum.StrEnum):
    """What a notice is about; its words stand in `sentences.py`."""

    DEAL_MOVED = "deal_moved"
    DEAL_GIVEN = "deal_given"
    DEALS_HANDED_OVER = "deals_handed_over"
    DEALS_INTRODUCED = "deals_introduced"
    DEALS_LAPSED = "deals_lapsed"
    DEALS_REVIVED = "deals_revived"
    STARTUPS_HANDED_OVER = "startups_handed_over"
    SERVICES_HANDED_OVER = "services_handed_over"
    TASKS_HANDED_OVER = "tasks_handed_over"
    INTEREST = "interest"
    MENTIONED = "mentioned"
    TASK_ASSIGNED = "task_assigned"
    TASKS_ASSIGNED = "tasks_assigned"
    TASK_DUE = "task_due"
    REPORT_READY = "report_ready"
    REPORT_FAILED = "report_failed"
    BATCH_OVER = "batch_over"
    IMPORT_DONE = "import_done"
    IMPORT_FAILED = "import_failed"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    TAKEN_BACK = "taken_back"
    QUESTION_ASKED = "question_asked"
    QUESTION_ANSWERED = "question_answered"
    QUESTION_REFUSED = "question_refused"
    APPOINTMENT_ASKED = "appointment_asked"
    APPOINTMENT_DROPPED = "appointment_dropped"
    APPOINTMENT_SET = "appointment_set"
    APPOINTMENT_OFF = "appointment_off"
    WATCHED_PUBLISHED = "watched_published"
    WATCHED_WITHDRAWN = "watched_withdrawn"
    DOCUMENTS_OPENED = "documents_opened"
    STEP_TOLD = "step_told"
    CHANGE_ACCEPTED = "change_accepted"
    CHANGE_RETURNED = "change_returned"
    QUESTION_FORWARDED = "question_forwarded"
    PROFILE_OPENED = "profile_opened"
    ROLE_ASKED = "role_asked"
    HISTORY_BROKEN = "history_broken"
    BACKUP_FAILED = "backup_failed"
    BACKUP_LATE = "backup_late"
    JOB_BROKE = "job_broke"
    MAIL_DEAD = "mail_dead"


FOR_INVESTORS = frozenset(
    {
        NoticeKind.QUESTION_ANSWERED,
        NoticeKind.QUESTION_REFUSED,
        NoticeKind.APPOINTMENT_SET,
        NoticeKind.APPOINTMENT_OFF,
        NoticeKind.WATCHED_PUBLISHED,
        NoticeKind.WATCHED_WITHDRAWN,
        NoticeKind.DOCUMENTS_OPENED,
        NoticeKind.STEP_TOLD,
    }
)  # told to investors, never to staff; each is about a startup
FOR_FOUNDERS = frozenset(
    {
        NoticeKind.CHANGE_ACCEPTED,
        NoticeKind.CHANGE_RETURNED,
        NoticeKind.QUESTION_FORWARDED,
        NoticeKind.PROFILE_OPENED,
        NoticeKind.ROLE_ASKED,
    }
)  # told to the founders of the startup that each is about, and names nobody who asked or read

FOR_ADMINISTRATORS = frozenset(
    {
        NoticeKind.HISTORY_BROKEN,
        NoticeKind.BACKUP_FAILED,
        NoticeKind.BACKUP_LATE,
        NoticeKind.JOB_BROKE,
        NoticeKind.MAIL_DEAD,
    }
)  # what is wrong with the installation; told to administrators, who read no records


class Notice(Base):
    """One thing that one account should know, once a day: `times` says how often it happened on that `day` (Shanghai).

    `name`: what the record was called then. `by_name`: who did it, "" for nobody. `note`: more about it, as
    `sentences.py` reads it for the kind. `at`: the last time. What is repeated is unread again.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "day", "kind", "record_type", "record_id"),
        sa.Index(None, "account_id", "read_at", "at", "id"),
        sa.Index(None, "account_id", "at", "id"),
        sa.Index(None, "record_type", "record_id"),
    )

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[NoticeKind]
    record_type: Mapped[str] = mapped_column(sa.String(30))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = text(200)
    note: Mapped[str] = text(400)
    by_name: Mapped[str] = text(80)
    times: Mapped[int] = mapped_column(default=1)
    day: Mapped[date]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_unread(self) -> bool:
        """True until its reader opened it or marked it as read."""
        return self.read_at is None
