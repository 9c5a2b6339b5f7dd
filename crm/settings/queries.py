"""Reading what the operator may change: the platform's facts and the vocabularies, now and as they were.

A request pays one small statement for all of it: what a process has read holds while the platform's stamp stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event, orm

from crm.core.db import db
from crm.settings.models import Platform, Term, VocabularyVersion


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a vocabulary. `limit_days`: rotting limit of a stage. `parent`: the word that it belongs to."""

    code: str
    position: int
    name_zh: str
    name_en: str
    limit_days: int | None = None
    is_retired: bool = False
    parent: str | None = None

    def label(self, language: str) -> str:
        """The word in a language."""
        return self.name_en if language == "en" else self.name_zh


Words = Mapping[str, Word]
Terms = Mapping[str, Words]
NO_WORDS: Words = {}


@dataclass(frozen=True)
class Known:
    """What was read under one stamp. `versions`: {vocabulary: its (number, moment) from the first on}.

    `earlier` fills as earlier versions are asked for.
    """

    stamp: str
    platform: Any
    terms: Terms
    versions: Mapping[str, Sequence[tuple[int, datetime]]]
    earlier: dict[tuple[str, int], Words] = field(default_factory=dict)


KNOWN: WeakKeyDictionary[Any, Known] = WeakKeyDictionary()
STAMP = sa.select(Platform.__table__.c.stamp)  # for whoever reads in the same breath, and then calls `use`
READ: ContextVar[Known | None] = ContextVar("read", default=None)
Pin = Callable[[str], int | None]
PINNED: ContextVar[Pin | None] = ContextVar("pinned", default=None)


def known() -> Known:
    """Everything, as of this unit of work. A page asks some hundred times."""
    return READ.get() or use(db.session.scalar(STAMP))


def use(stamp: str | None) -> Known:
    """What holds under the stamp that this unit of work read."""
    bind = db.session.get_bind()
    found = KNOWN.get(bind)
    if found is None or found.stamp != stamp:
        found = KNOWN[bind] = read_all()
    READ.set(found)
    return found


def read_all() -> Known:
    session = db.session()
    platform = session.execute(sa.select(*Platform.__table__.c)).one()
    found: dict[str, dict[str, Word]] = {}
    for term in session.scalars(sa.select(Term).order_by(Term.vocabulary, Term.position, Term.id)):
        found.setdefault(term.vocabulary, {})[term.code] = word_of(term)
    versions: dict[str, list[tuple[int, datetime]]] = {}
    rows = sa.select(VocabularyVersion.vocabulary, VocabularyVersion.number, VocabularyVersion.at)
    for vocabulary, number, at in session.execute(rows.order_by(VocabularyVersion.number)):
        versions.setdefault(vocabulary, []).append((number, at))
    return Known(platform.stamp, platform, found, versions)


@event.listens_for(orm.Session, "after_begin")
@event.listens_for(orm.Session, "after_transaction_end")
def read_again(*_: Any) -> None:
    """Look at the stamp again: once in each unit of work, and after it was drawn anew."""
    READ.set(None)


def word_of(term: Term) -> Word:
    """A term as it is read."""
    retired = term.retired_at is not None
    return Word(term.code, term.position, term.name_zh, term.name_en, term.limit_days, retired, term.parent)


def platform() -> Any:
    """The facts about the platform, as a row of its table."""
    return known().platform


def find_platform() -> Platform:
    """The facts about the platform, to change them."""
    return db.session.scalars(sa.select(Platform)).one()


def all_terms() -> Terms:
    """Every vocabulary as {vocabulary: {code: word}}, in its order, retired words too."""
    return known().terms


def terms(vocabulary: str) -> Words:
    """One vocabulary as {code: word} in its order, retired words too."""
    return all_terms().get(vocabulary, {})


def offered(vocabulary: str) -> tuple[str, ...]:
    """The codes that a vocabulary offers, in their order: without the retired ones."""
    return tuple(code for code, word in terms(vocabulary).items() if not word.is_retired)


def version_of(vocabulary: str) -> int:
    """The number of a vocabulary's present version."""
    written = known().versions.get(vocabulary)
    return written[-1][0] if written else 1


def version_at(vocabulary: str, moment: datetime) -> int:
    """The number of the version that held at a moment."""
    return max((number for number, at in known().versions.get(vocabulary, ()) if at <= moment), default=1)


def versions() -> dict[str, int]:
    """The number of every vocabulary's present version."""
    return {vocabulary: version_of(vocabulary) for vocabulary in all_terms()}


def words_at(vocabulary: str, number: int) -> Words:
    """A vocabulary as {code: word} in one of its versions."""
    now = known()
    if number == version_of(vocabulary):
        return terms(vocabulary)
    if (vocabulary, number) not in now.earlier:
        rows = sa.select(VocabularyVersion.words).where(
            VocabularyVersion.vocabulary == vocabulary, VocabularyVersion.number == number
        )
        words = db.session.scalar(rows) or []
        now.earlier[vocabulary, number] = {told["code"]: Word(**told) for told in words}
    return now.earlier[vocabulary, number]


@contextmanager
def pinned(pin: Pin) -> Iterator[None]:
    """Inside, words read as they did in the version of their vocabulary that the pin names; now where it names none."""
    token = PINNED.set(pin)
    try:
        yield
    finally:
        PINNED.reset(token)


def label(vocabulary: str, code: str | None, language: str, version: int | None = None) -> str:
    """The word for a code in a language, as it reads now or read in a version.

    The code itself where the vocabulary lost it, "" for None.
    """
    if not code:
        return ""
    pin = PINNED.get()
    number = version or (pin(vocabulary) if pin else None)
    found = words_at(vocabulary, number).get(code) if number else None
    found = found or known().terms.get(vocabulary, NO_WORDS).get(code)
    return found.label(language) if found else code
