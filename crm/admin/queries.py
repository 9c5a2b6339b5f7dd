"""Reading the vocabularies for those who keep them: what uses a word, and what changed between versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.admin.policies import may_manage_settings
from crm.admin.vocabularies import Vocabulary, vocabulary_named
from crm.audit.vocabulary import KINDS, KINDS_BY_RECORD
from crm.core.db import Base, Codes, db, holds_code
from crm.settings.models import Term, VocabularyVersion
from crm.settings.queries import Word, Words, all_terms, version_of


@dataclass(frozen=True)
class Kept:
    """A vocabulary in the list of all."""

    code: str
    vocabulary: Vocabulary
    words: Sequence[Word]
    number: int


def find_term(actor: Actor, term_id: int) -> Term | None:
    """A word, for those who keep the vocabularies."""
    return db.session.get(Term, term_id) if may_manage_settings(actor) else None


def kept_vocabularies() -> list[Kept]:
    """Every vocabulary with the words that it offers; those that may be extended first."""
    found = [
        Kept(code, vocabulary_named(code), [one for one in words.values() if not one.is_retired], version_of(code))
        for code, words in all_terms().items()
    ]
    return sorted(found, key=lambda one: (one.vocabulary.is_fixed, one.code != "deal_stage", one.code))


def terms_of(vocabulary: str) -> Sequence[Term]:
    """The words of a vocabulary in their order, to change them."""
    return db.session.scalars(
        sa.select(Term).where(Term.vocabulary == vocabulary).order_by(Term.position, Term.id)
    ).all()


def versions_of(vocabulary: str) -> Sequence[VocabularyVersion]:
    """The versions that were written of a vocabulary, the latest first."""
    return db.session.scalars(
        sa.select(VocabularyVersion)
        .where(VocabularyVersion.vocabulary == vocabulary)
        .order_by(VocabularyVersion.number.desc())
    ).all()


def uses_of(vocabulary: str, codes: Sequence[str]) -> Mapping[str, int]:
    """{code: records that have it}, by what the history says a field's words are."""
    uses = dict.fromkeys(codes, 0)
    for column in columns_of(vocabulary):
        for code, number in counted(column, codes):
            uses[code] = uses.get(code, 0) + number
    return uses


def columns_of(vocabulary: str) -> Iterator[sa.Column[Any]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if KINDS_BY_RECORD.get((table.name, column.key), KINDS.get(column.key)) == vocabulary:
                yield column


def counted(column: sa.Column[Any], codes: Sequence[str]) -> Iterator[tuple[str, int]]:
    if isinstance(column.type, Codes):
        held = [sa.func.count(sa.case((holds_code(column, code), 1))) for code in codes]
        yield from zip(codes, db.session.execute(sa.select(*held)).one(), strict=True)
        return
    rows = db.session.execute(sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column))
    yield from ((str(code), number) for code, number in rows)


@dataclass(frozen=True)
class WordChange:
    """How one word differs between two versions: None where it was not there."""

    before: Word | None
    after: Word | None


def changes_between(earlier: Words, later: Words) -> list[WordChange]:
    """The words that differ, in the later order."""
    codes = dict.fromkeys([*later, *earlier])
    pairs = [WordChange(earlier.get(code), later.get(code)) for code in codes]
    return [pair for pair in pairs if pair.before != pair.after]


def words_in(version: VocabularyVersion) -> Words:
    """The words of a version, {code: word}."""
    return {told["code"]: Word(**told) for told in version.words}
