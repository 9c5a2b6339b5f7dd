"""Asking, answering and moderating questions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from crm.accounts.models import Account, Actor
from crm.accounts.queries import finance_staff
from crm.audit import actions as audit
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.actions import deal_title
from crm.deals.queries.responsible import responsible_for
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.notifications.actions import notify, tell_founders
from crm.notifications.models import NoticeKind
from crm.questions.models import QUESTION_MOVES, Question, QuestionEntry, QuestionState, Side
from crm.questions.queries import first_texts, speakers_of
from crm.startups.models import Startup


def ask(startup: Startup, institution: Institution, text: str, *, by: Account, at: datetime) -> Question:
    """An institution asks about a startup; who is responsible at the desk is told. Raises Refusal for an empty one."""
    question = Question(
        startup=startup,
        institution=institution,
        account_id=by.id,
        owner_id=responsible_for(startup.id, institution.id),
        asked_at=at,
        moved_at=at,
    )
    check_text(text)
    db.session.add(question)
    db.session.flush()  # the entry needs the question's id
    add_entry(question, text, Side.INSTITUTION, by=by, at=at)
    audit.record(question, "asked", by=by, at=at, name=title_of(question))
    tell_desk(question, text, by=by, at=at)
    return question


def ask_again(question: Question, text: str, *, by: Account, at: datetime) -> None:
    """The institution goes on in the thread, which waits for the desk again. Raises Refusal for an empty text."""
    check_text(text)
    move(question, QuestionState.WAITING, at=at)
    add_entry(question, text, Side.INSTITUTION, by=by, at=at)
    audit.record(question, "asked", by=by, at=at, name=title_of(question))
    tell_desk(question, text, by=by, at=at)


def assign(question: Question, to: Account | None, *, by: Actor, at: datetime) -> None:
    """Let somebody of the desk see to a question, or nobody yet."""
    before, question.owner = question.owner, to
    owner = audit.change("owner_id", before and before.name, to and to.name, back=before and before.id)
    audit.record(question, "changed", by=by, at=at, name=title_of(question), changes=[owner])
    if to is not None and to.id != by.id:
        tell(question, [to.id], first_texts([question.id]).get(question.id, ""), by=question.account, at=at)


def answer(question: Question, text: str, *, version: int | None, by: Account, at: datetime) -> None:
    """The desk answers, to the institution that asked and nobody else. Raises Refusal, Conflict."""
    question.expect_version(version)
    check_text(text)
    move(question, QuestionState.ANSWERED, at=at)
    add_entry(question, text, Side.DESK, by=by, at=at)
    audit.record(question, "answered", by=by, at=at, name=title_of(question))
    tell_institution(question, NoticeKind.QUESTION_ANSWERED, at=at)


def forward(question: Question, *, by: Actor, at: datetime) -> None:
    """The desk passes a question on to the startup, which does not learn who asked. Raises Refusal."""
    move(question, QuestionState.FORWARDED, at=at)
    audit.record(question, "forwarded", by=by, at=at, name=title_of(question))
    tell_founders(question.startup_id, NoticeKind.QUESTION_FORWARDED, at=at)


def answer_for_startup(question: Question, text: str, *, by: Account, at: datetime) -> QuestionEntry:
    """The startup answers a question that was passed on to it; the desk reads it first. Raises Refusal."""
    if question.state != QuestionState.FORWARDED:
        raise Refusal({"text": N_("This question is no longer open.")})
    check_text(text)
    entry = add_entry(question, text, Side.STARTUP, by=by, at=at)
    audit.record(question, "answered", by=by, at=at, name=title_of(question))
    tell_desk(question, text, by=by, at=at)
    return entry


def release(question: Question, entry: QuestionEntry, *, by: Actor, at: datetime) -> None:
    """The desk lets the institution read what the startup wrote. Raises Refusal."""
    if entry.released_at is None:
        move(question, QuestionState.ANSWERED, at=at)
        entry.released_at = at
        audit.record(question, "answered", by=by, at=at, name=title_of(question))
        tell_institution(question, NoticeKind.QUESTION_ANSWERED, at=at)


def refuse(question: Question, word: str, *, version: int | None, by: Actor, at: datetime) -> None:
    """The desk does not pass a question on and says why; the institution reads it. Raises Refusal, Conflict."""
    question.expect_version(version)
    if not word:
        raise Refusal({"word": N_("Say why, as the institution reads it.")})
    move(question, QuestionState.REFUSED, at=at)
    question.word = word
    audit.record(question, "refused", by=by, at=at, name=title_of(question))
    tell_institution(question, NoticeKind.QUESTION_REFUSED, at=at)


def share(question: Question, asked: str, told: str, *, version: int | None, by: Actor, at: datetime) -> None:
    """Every reader of the profile sees question and answer in the desk's words, without who asked.

    Raises Refusal where one is empty or names the institution, Conflict.
    """
    question.expect_version(version)
    for field, text in (("asked", asked), ("told", told)):
        check_text(text, field)
        if any(name in text for name in names_of(question)):
            raise Refusal({field: N_("This names who asked: every reader would see it.")})
    question.shared_question, question.shared_answer, question.shared_at = asked, told, at
    audit.record(question, "shared", by=by, at=at, name=title_of(question))


def unshare(question: Question, *, by: Actor, at: datetime) -> None:
    """Readers no longer see question and answer."""
    question.shared_question, question.shared_answer, question.shared_at = "", "", None
    audit.record(question, "unshared", by=by, at=at, name=title_of(question))


def move(question: Question, to: QuestionState, *, at: datetime) -> None:
    if to != question.state and to not in QUESTION_MOVES[question.state]:
        raise Refusal({"": N_("This question has moved on: open the page again.")})
    question.state, question.moved_at = to, at


def add_entry(question: Question, text: str, side: Side, *, by: Account, at: datetime) -> QuestionEntry:
    released = None if side == Side.STARTUP else at
    entry = QuestionEntry(question_id=question.id, side=side, account_id=by.id, text=text, at=at, released_at=released)
    db.session.add(entry)
    return entry


def check_text(text: str, field: str = "text") -> None:
    if not text.strip():
        raise Refusal({field: N_("Write something.")})


def names_of(question: Question) -> Collection[str]:
    """What the institution that asked, and whoever asked for it, is called."""
    institution = question.institution
    return [name for name in (institution.name, institution.short_name, question.account.name) if name]


def title_of(question: Question) -> str:
    return deal_title(question.startup, question.institution)


def tell_desk(question: Question, text: str, *, by: Account, at: datetime) -> None:
    """Tell who sees to a question, or everybody while nobody does."""
    tell(question, [question.owner_id] if question.owner_id else finance_staff(), text, by=by, at=at)


def tell(question: Question, whom: Collection[int], text: str, *, by: Account, at: datetime) -> None:
    about = {"record_type": "question", "record_id": question.id, "name": title_of(question), "note": text}
    notify(whom, NoticeKind.QUESTION_ASKED, **about, by=by, at=at)  # type: ignore[arg-type]


def tell_institution(question: Question, kind: NoticeKind, *, at: datetime) -> None:
    """Tell those of the institution who speak in the thread. Whoever answered is no name for outsiders."""
    about = {"record_type": "startup", "record_id": question.startup_id, "name": question.startup.shown_name}
    notify(speakers_of(question), kind, **about, by=None, at=at)  # type: ignore[arg-type]
