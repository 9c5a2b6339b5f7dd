"""Changing the platform's facts and the vocabularies. Each change of a vocabulary writes a version of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor, System
from crm.admin.queries import terms_of
from crm.admin.vocabularies import vocabulary_named
from crm.audit import actions as audit
from crm.audit.actions import Who
from crm.core.db import db, lock_table
from crm.core.errors import Conflict, Refusal
from crm.core.storage import storage
from crm.documents.pictures import Upload
from crm.lib.colours import READABLE, contrast_with_white
from crm.lib.text import N_
from crm.settings.actions import draw_stamp
from crm.settings.models import Platform, Term, VocabularyVersion
from crm.settings.queries import Word, word_of

CODE_LENGTH = 30
UNNAMED = "平台"  # in the history, while the environment names the platform


@dataclass(frozen=True)
class PlatformValues:
    """What a form says about the platform."""

    name_zh: str
    name_en: str
    contact_zh: str = ""
    contact_en: str = ""
    icp_number: str = ""
    police_number: str = ""
    disclaimer_zh: str = ""
    disclaimer_en: str = ""
    notice_zh: str = ""
    notice_en: str = ""
    closing_zh: str = ""
    closing_en: str = ""
    report_colour: str = ""
    names_institutions: bool = True


@dataclass(frozen=True)
class WordValues:
    """What a form says about a word. `limit_days`: after how many days a record at it counts as stale.

    `parent`: the word of the grouping vocabulary that it belongs to.
    """

    name_zh: str
    name_en: str
    limit_days: int | None = None
    parent: str | None = None


def edit_platform(
    platform: Platform,
    values: PlatformValues,
    *,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Change what the platform says of itself. Raises Refusal, Conflict."""
    if values.report_colour and contrast_with_white(values.report_colour) < READABLE:
        raise Refusal({"report_colour": N_("White text on this colour is hard to read. Choose a darker one.")})
    platform.expect_version(version)
    with db.session.no_autoflush:
        for name, value in vars(values).items():
            setattr(platform, name, value)
        entry = audit.record_change(platform, by=by, at=at, name=values.name_zh)
    if entry is not None:
        draw_stamp()


def change_logo(platform: Platform, logo: Upload | None, *, by: Actor, at: datetime) -> None:
    """Another logo, or (None) our own mark instead of one."""
    with db.session.no_autoflush:
        platform.logo_key = storage.put(logo.content) if logo else ""
        platform.logo_name, platform.logo_type = (logo.name, logo.media_type) if logo else ("", "")
        audit.record_change(platform, by=by, at=at, name=platform.name_zh or UNNAMED)
    draw_stamp()


def add_word(vocabulary: str, values: WordValues, *, by: Actor, at: datetime) -> Term:
    """A new word at the end of a vocabulary, called by a code made of its English name. Raises Refusal."""
    terms = begin(vocabulary, None, at)
    if vocabulary_named(vocabulary).is_fixed:
        raise Refusal({"": N_("The program knows the words of this vocabulary one by one: no other can be added.")})
    check_names(terms, values)
    term = Term(vocabulary=vocabulary, code=free_code(values.name_en, terms), position=len(terms) + 1, **vars(values))
    db.session.add(term)
    audit.record(term, "created", by=by, at=at, name=term.name_zh)
    finish(vocabulary, by=by, at=at)
    return term


def edit_word(term: Term, values: WordValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Other words for a code, or another limit. Raises Refusal, Conflict."""
    try:
        terms = begin(term.vocabulary, version, at)
    except Conflict as conflict:
        raise Conflict(term) from conflict
    check_names([one for one in terms if one is not term], values)
    with db.session.no_autoflush:
        name = term.name_zh
        for field, value in vars(values).items():
            setattr(term, field, value)
        entry = audit.record_change(term, by=by, at=at, name=name)
    if entry is not None:
        finish(term.vocabulary, by=by, at=at)


def move_word(term: Term, step: int, *, by: Actor, at: datetime) -> None:
    """One place up (-1) or down (+1). Raises Refusal where rules and figures need the order as it is."""
    terms = begin(term.vocabulary, None, at)
    place = terms.index(term)
    if not 0 <= place + step < len(terms):
        return
    terms[place], terms[place + step] = terms[place + step], terms[place]
    check_order(term.vocabulary, terms)
    with db.session.no_autoflush:
        changes = [audit.change("position", place + 1, place + step + 1)]
        for position, one in enumerate(terms, 1):
            one.position = position
    audit.record(term, "changed", by=by, at=at, name=term.name_zh, changes=changes)
    finish(term.vocabulary, by=by, at=at)


def retire_word(term: Term, *, by: Actor, at: datetime) -> None:
    """No longer offer a word; what has it keeps it. Raises Refusal for one that rules or figures need."""
    terms = begin(term.vocabulary, None, at)
    vocabulary = vocabulary_named(term.vocabulary)
    if vocabulary.is_fixed or term.code in vocabulary.needed:
        raise Refusal({"": N_("Rules and figures of the program need this word: it can be renamed, not retired.")})
    if not [one for one in terms if one is not term and one.retired_at is None]:
        raise Refusal({"": N_("This is the last word that is offered: add another one first.")})
    term.retired_at = at
    audit.record(term, "retired", by=by, at=at, name=term.name_zh)
    finish(term.vocabulary, by=by, at=at)


def offer_word(term: Term, *, by: Actor, at: datetime) -> None:
    """Offer a retired word again."""
    begin(term.vocabulary, None, at)
    term.retired_at = None
    audit.record(term, "offered", by=by, at=at, name=term.name_zh)
    finish(term.vocabulary, by=by, at=at)


def begin(vocabulary: str, version: int | None, at: datetime) -> list[Term]:
    """The words of a vocabulary, with no other change of it under way and what they are now written as a version.

    Raises Conflict when the editor had read another version.
    """
    lock_table(VocabularyVersion)
    terms = list(terms_of(vocabulary))
    number = write_version(vocabulary, terms, by=System(), at=at)
    if version is not None and version != number:
        raise Conflict
    return terms


def finish(vocabulary: str, *, by: Who, at: datetime) -> None:
    """Write the version that a change made, and let every process read anew."""
    db.session.flush()  # the version is read from what the database has
    write_version(vocabulary, terms_of(vocabulary), by=by, at=at)
    draw_stamp()


def write_version(vocabulary: str, terms: Sequence[Term], *, by: Who, at: datetime) -> int:
    """Keep the words as they are, unless the latest version says the same; returns the number of the version."""
    latest = db.session.scalars(
        sa.select(VocabularyVersion)
        .where(VocabularyVersion.vocabulary == vocabulary)
        .order_by(VocabularyVersion.number.desc())
        .limit(1)
    ).first()
    words = [as_kept(word_of(term)) for term in terms]
    if latest is not None and latest.words == words:
        return latest.number
    number = latest.number + 1 if latest else 1
    version = VocabularyVersion(vocabulary=vocabulary, number=number, at=at, by_id=by.id, by_name=by.name, words=words)
    db.session.add(version)
    db.session.flush()  # the next look for the latest version must find it
    return number


def as_kept(word: Word) -> dict[str, Any]:
    """A word as versions keep it; those of words without a parent read as they did before words had any."""
    told = asdict(word)
    return told if word.parent else {name: value for name, value in told.items() if name != "parent"}


def check_names(others: Sequence[Term], values: WordValues) -> None:
    for field in ("name_zh", "name_en"):
        if getattr(values, field) in {getattr(one, field) for one in others}:
            raise Refusal({field: N_("This word is there already.")})


def check_order(vocabulary: str, terms: Sequence[Term]) -> None:
    needed = vocabulary_named(vocabulary).needed
    kept = tuple(one.code for one in terms if one.code in needed)
    if kept != tuple(code for code in needed if code in kept):
        words = "、".join(one.name_zh for one in sorted(terms, key=lambda one: one.position) if one.code in needed)
        raise Refusal({"": N_("Rules and figures need this order: %(words)s.", words=words)})


def free_code(name: str, terms: Sequence[Term]) -> str:
    """A code made of an English name that no word of the vocabulary has."""
    base = re.sub(r"[^a-z0-9+]+", "_", name.lower()).strip("_")[: CODE_LENGTH - 4] or "word"
    taken, code, number = {one.code for one in terms}, base, 1
    while code in taken:
        number += 1
        code = f"{base}_{number}"
    return code
