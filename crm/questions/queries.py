"""Reading questions and their threads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor
from crm.accounts.policies import is_founder
from crm.core.db import db
from crm.core.expressions import within
from crm.core.listing import Place, Slice, Sort, counting, slice_of
from crm.core.prepared import Prepared
from crm.deals.queries.responsible import ANSWER_WITHIN, concerns
from crm.questions.models import OPEN_STATES, Question, QuestionEntry, QuestionState, Side
from crm.questions.policies import may_see

WITH_NAMES = (
    joinedload(Question.startup),
    joinedload(Question.institution),
    joinedload(Question.account),
    joinedload(Question.owner),
)
MOST_COUNTED = 99
UNANSWERED = ("open", "mine")


def find_question(actor: Actor, question_id: int) -> Question | None:
    """A question as the desk reads it, with names."""
    if not may_see(actor):
        return None
    return db.session.scalar(sa.select(Question).options(*WITH_NAMES).where(Question.id == question_id))


def questions(actor: Actor, place: Place, *, state: str = "") -> Slice:
    """The questions for the desk, the last moved first. `state`: one of them, "" for all; "open": those that wait, the
    longest first, "mine": those of them that the reader sees to."""
    seen = sa.true() if may_see(actor) else sa.false()
    statement = sa.select(Question).options(*WITH_NAMES).where(seen)
    if state == "mine":
        statement = statement.where(Question.owner_id == actor.id)
    if state in UNANSWERED:
        statement = statement.where(Question.state.in_(OPEN_STATES))
    elif state:
        statement = statement.where(Question.state == state)
    return slice_of(statement, Question.id, {"moved": Sort(Question.moved_at, state not in UNANSWERED)}, place)


def waiting_for(reader: Account, at: datetime, limit: int) -> Sequence[Question]:
    """The questions that somebody of the desk has to see to, those that wait longest first."""
    forgotten = sa.and_(Question.state == QuestionState.FORWARDED, Question.moved_at < at - ANSWER_WITHIN)
    found = sa.select(Question).options(*WITH_NAMES).where(sa.or_(Question.state == QuestionState.WAITING, forgotten))
    mine = concerns(Question.owner_id, Question.moved_at, reader, at)
    return db.session.scalars(found.where(mine).order_by(Question.moved_at, Question.id).limit(limit)).all()


def open_questions_of(owner: Account | None, among: Collection[int] | None = None) -> Sequence[Question]:
    """The questions that wait and that somebody sees to."""
    own = sa.and_(Question.owner_id == (owner.id if owner else None), Question.state.in_(OPEN_STATES))
    return db.session.scalars(
        sa.select(Question).options(*WITH_NAMES).where(own, within(Question.id, among)).order_by(Question.id)
    ).all()


def entries_of(question: Question) -> Sequence[QuestionEntry]:
    """The whole thread of a question, as the desk reads it."""
    return db.session.scalars(thread(question)).all()


def released_entries_of(question: Question) -> Sequence[QuestionEntry]:
    """The thread as the institution reads it."""
    return db.session.scalars(thread(question).where(QuestionEntry.released_at.is_not(None))).all()


def thread(question: Question) -> sa.Select[QuestionEntry]:
    return (
        sa.select(QuestionEntry)
        .options(joinedload(QuestionEntry.account))
        .where(QuestionEntry.question_id == question.id)
        .order_by(QuestionEntry.id)
    )


def first_texts(ids: Sequence[int]) -> dict[int, str]:
    """{question: what was asked first}."""
    first = sa.select(sa.func.min(QuestionEntry.id)).where(QuestionEntry.question_id.in_(ids))
    found = sa.select(QuestionEntry.question_id, QuestionEntry.text).where(
        QuestionEntry.id.in_(first.group_by(QuestionEntry.question_id))
    )
    return {row.question_id: row.text for row in db.session.execute(found)}


def count_waiting() -> sa.ScalarSelect[int]:
    """How many questions the desk has to see to, to 99; for any statement to carry along."""
    return counting(
        sa.select(Question.id).where(Question.state == QuestionState.WAITING), MOST_COUNTED
    ).scalar_subquery()


def shared_about(startup_id: int) -> Sequence[Question]:
    """The questions about a startup whose answers every reader may see, the newest first: only their shared texts."""
    return db.session.scalars(SHARED, {"about": startup_id}).all()


def count_shared(startup_id: int) -> int:
    """How many there are of these."""
    return int(SHARED_COUNT.first(about=startup_id).count)


SHARED = (
    sa.select(Question)
    .where(Question.startup_id == sa.bindparam("about"), Question.shared_at.is_not(None))
    .order_by(Question.shared_at.desc(), Question.id.desc())
)
SHARED_COUNT = Prepared(
    sa.select(sa.func.count().label("count"))
    .select_from(Question)
    .where(Question.startup_id == sa.bindparam("about"), Question.shared_at.is_not(None))
)


def forwarded_to(startup_id: int) -> Sequence[tuple[Question, str]]:
    """(question, its first text) of those that were passed on to a startup and wait; who asked is not for it."""
    waiting = sa.and_(Question.startup_id == startup_id, Question.state == QuestionState.FORWARDED)
    found = db.session.scalars(sa.select(Question).where(waiting).order_by(Question.moved_at, Question.id)).all()
    texts = first_texts([one.id for one in found])
    return [(one, texts.get(one.id, "")) for one in found]


def find_forwarded(actor: Actor, question_id: int) -> Question | None:
    """A question that was passed on to a founder's startup and waits there, with names."""
    if not is_founder(actor):
        return None
    waiting = sa.and_(Question.startup_id == actor.startup_id, Question.state == QuestionState.FORWARDED)
    return db.session.scalar(sa.select(Question).options(*WITH_NAMES).where(waiting, Question.id == question_id))


def asked_of_startup(question: Question) -> Sequence[QuestionEntry]:
    """The thread as the startup reads it: what was asked, and what it answered itself; nobody is named."""
    sides = QuestionEntry.side.in_([Side.INSTITUTION, Side.STARTUP])
    return db.session.scalars(thread(question).where(sides)).all()


def find_unreleased(question: Question, entry_id: int) -> QuestionEntry | None:
    """What the startup wrote into a thread and the desk has not released yet."""
    return db.session.scalar(
        sa.select(QuestionEntry).where(
            QuestionEntry.id == entry_id,
            QuestionEntry.question_id == question.id,
            QuestionEntry.side == Side.STARTUP,
            QuestionEntry.released_at.is_(None),
        )
    )


def speakers_of(question: Question) -> Sequence[int]:
    """The ids of the institution's accounts that wrote in a thread; of all while none of those is there any more."""
    wrote = sa.select(QuestionEntry.account_id).where(
        QuestionEntry.question_id == question.id, QuestionEntry.side == Side.INSTITUTION
    )
    there = sa.and_(Account.institution_id == question.institution_id, Account.disabled_at.is_(None))
    colleagues = sa.select(Account.id).where(there)
    return db.session.scalars(colleagues.where(Account.id.in_(wrote))).all() or db.session.scalars(colleagues).all()
