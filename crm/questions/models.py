"""Questions about startups, their threads, and answers that every reader may see."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.db import Base, Versioned, many_to_one, text
from crm.institutions.models import Institution
from crm.startups.models import Startup

LONGEST_ENTRY = 2000


class QuestionState(enum.StrEnum):
    """Where a question stands; its words are the vocabulary's of the pages, not data."""

    WAITING = "waiting"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    REFUSED = "refused"


OPEN_STATES = (QuestionState.WAITING, QuestionState.FORWARDED)
QUESTION_MOVES: dict[QuestionState, frozenset[QuestionState]] = {
    QuestionState.WAITING: frozenset({QuestionState.FORWARDED, QuestionState.ANSWERED, QuestionState.REFUSED}),
    QuestionState.FORWARDED: frozenset({QuestionState.WAITING, QuestionState.ANSWERED, QuestionState.REFUSED}),
    QuestionState.ANSWERED: frozenset({QuestionState.WAITING, QuestionState.ANSWERED, QuestionState.FORWARDED}),
    QuestionState.REFUSED: frozenset({QuestionState.WAITING, QuestionState.ANSWERED, QuestionState.FORWARDED}),
}


class Question(Versioned, Base):
    """A question that an institution asked about a startup. Only that institution and the desk read its thread.

    `word`: why it was refused, as the institution reads it. `shared_question` and `shared_answer`: what every reader
    of the profile sees since `shared_at`, in the desk's words, without who asked. `owner_id`: who of the desk sees to
    it.
    """

    __tablename__ = "question"
    __table_args__ = (
        sa.Index(None, "state", "moved_at", "id"),
        sa.Index(None, "institution_id", "moved_at", "id"),
        sa.Index(None, "startup_id", "shared_at", "id"),
        sa.Index(None, "owner_id", "state"),
    )

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    state: Mapped[QuestionState] = mapped_column(default=QuestionState.WAITING)
    word: Mapped[str] = text(400)
    asked_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    shared_question: Mapped[str] = text(LONGEST_ENTRY)
    shared_answer: Mapped[str] = text(LONGEST_ENTRY)
    shared_at: Mapped[datetime | None] = mapped_column(default=None)

    startup: Mapped[Startup] = many_to_one("Startup", "Question.startup_id")
    institution: Mapped[Institution] = many_to_one("Institution", "Question.institution_id")
    account: Mapped[Account] = many_to_one("Account", "Question.account_id")
    owner: Mapped[Account | None] = many_to_one("Account", "Question.owner_id")

    @property
    def is_open(self) -> bool:
        """True while the institution waits for an answer."""
        return self.state in OPEN_STATES

    def days_waiting(self, today: date) -> int | None:
        """How many days the institution waits; None while it does not."""
        return (today - day_of(self.waits_since)).days if self.waits_since else None

    @property
    def waits_since(self) -> datetime | None:
        """Since when the institution waits for the desk or the startup; None while it does not."""
        return self.moved_at if self.is_open else None


class Side(enum.StrEnum):
    """Who speaks in a thread."""

    INSTITUTION = "institution"
    DESK = "desk"
    STARTUP = "startup"


class QuestionEntry(Base):
    """One text of a thread. What the startup wrote is read by the institution once the desk released it."""

    __tablename__ = "question_entry"
    __table_args__ = (sa.Index(None, "question_id", "id"),)

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    side: Mapped[Side]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    text: Mapped[str] = text(LONGEST_ENTRY)
    at: Mapped[datetime]
    released_at: Mapped[datetime | None] = mapped_column(default=None)

    account: Mapped[Account] = many_to_one("Account", "QuestionEntry.account_id")
