"""The SQL of searching, as text: one statement of up to two dozen parts, which the expression language takes longer
to build than the database to answer. What was typed is always a parameter.

FTS5 is quick in one direction only: on SQLite its rowid is the entry's id below zero, so that the last changed records
come first. A GIN index gives all entries of a word or none: it holds beside the words which thousand of entries each is
among, and `search_along` (migration 0069) asks for the nearest thousands before it asks for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.lib.grams import Term
from crm.search.models import on_postgresql
from crm.search.registry import Kind, Scope

AFTER_ALL = "\U0010ffff"
PREPARED = 200  # statements: each kind of question, for each who may find other things
COLUMNS = "record_type, record_id, page_id, title, note, archived"

BEGINNING = """
SELECT {columns}, 0 AS way FROM search_entry
WHERE record_type = '{kind}' AND name_key >= :key AND name_key < :key_end {within}
ORDER BY name_key, id LIMIT :most"""
LATEST = """
SELECT {columns}, {way} AS way FROM search_entry WHERE record_type = '{kind}' {within} ORDER BY id DESC LIMIT :most"""
ON_SQLITE = """
SELECT {columns}, {way} AS way FROM search_text CROSS JOIN search_entry ON search_entry.id = -search_text.rowid
WHERE search_text MATCH :{asked} {within} ORDER BY search_text.rowid LIMIT :most"""
ON_POSTGRESQL = """
SELECT {columns}, {way} AS way
FROM search_along('{kind}', CAST(:{asked} AS tsquery), :most, {archived}, NULL, -1) AS hit (id)
JOIN search_entry ON search_entry.id = hit.id ORDER BY hit.id DESC"""
SCOPED_ON_POSTGRESQL = """
SELECT {columns}, {way} AS way
FROM (SELECT id FROM search_ids(CAST(:{asked} AS tsquery), {all}) AS id ORDER BY id DESC) AS hit
JOIN search_entry ON search_entry.id = hit.id WHERE true {within} ORDER BY hit.id DESC LIMIT :most"""
COUNT_ON_SQLITE = """
SELECT count(*) FROM (SELECT 1 FROM search_text {joined}
WHERE search_text MATCH :{asked} {within} LIMIT :most)"""
TEXT_ENTRY = "CROSS JOIN search_entry ON search_entry.id = -search_text.rowid"
COUNT_ON_POSTGRESQL = """
SELECT count(*) FROM search_along('{kind}', CAST(:{asked} AS tsquery), :most, true, NULL, -1)"""
SCOPED_COUNT_ON_POSTGRESQL = """
SELECT count(*) FROM (SELECT 1 FROM search_ids(CAST(:{asked} AS tsquery), {all}) AS hit (id)
JOIN search_entry ON search_entry.id = hit.id WHERE true {within} LIMIT :most) hit"""
COUNT_OF_MANY_ON_POSTGRESQL = "SELECT count(*) FROM search_ids(CAST(:asked AS tsquery), :most)"
IDS_ON_SQLITE = """
SELECT record_id FROM search_text CROSS JOIN search_entry ON search_entry.id = -search_text.rowid
WHERE search_text MATCH :asked LIMIT :most"""
IDS_ON_POSTGRESQL = """
SELECT record_id FROM search_ids(CAST(:asked AS tsquery), :most) AS hit (id)
JOIN search_entry ON search_entry.id = hit.id"""
ALONG_ON_SQLITE = """
SELECT record_id, search_entry.id AS row_id, search_entry.id AS sort_key
FROM search_text CROSS JOIN search_entry ON search_entry.id = -search_text.rowid
WHERE search_text MATCH :asked AND search_text.rowid {older} -:start AND NOT search_entry.archived
ORDER BY search_text.rowid {onwards} LIMIT :most"""
ALONG_ON_POSTGRESQL = """
SELECT record_id, hit.id AS row_id, hit.id AS sort_key
FROM search_along(
  '{kind}', CAST(:asked AS tsquery), :most, false, nullif(CAST(:start AS bigint), {all}), {step}
) AS hit (id)
JOIN search_entry ON search_entry.id = hit.id ORDER BY -hit.id {onwards}"""
EVERY = 2_000_000_000


def beginning(kind: Kind, scope: Scope, *, archived: bool) -> str:
    """Entries whose shown name begins with :key, the shortest first."""
    return BEGINNING.format(columns=COLUMNS, kind=kind.name, within=within(kind, scope, archived=archived))


def latest(kind: Kind, scope: Scope) -> str:
    """The entries that changed last."""
    return LATEST.format(columns=COLUMNS, kind=kind.name, way=2, within=within(kind, scope, archived=False))


def matching(kind: Kind, scope: Scope, asked: str, way: int, *, archived: bool) -> str:
    """Entries that match the parameter named `asked`, the last changed first."""
    template = (ON_POSTGRESQL if sees_all(scope) else SCOPED_ON_POSTGRESQL) if on_postgresql() else ON_SQLITE
    told = within(kind, scope, archived=archived)
    names = {"columns": qualified(), "kind": kind.name, "asked": asked, "way": way, "all": EVERY}
    return template.format(within=told, archived=archived, **names)


def counting(kind: Kind, scope: Scope, asked: str) -> str:
    """How many entries match the parameter named `asked`, those in the bin too, counted to :most."""
    told = within(kind, scope, archived=True)
    if on_postgresql():
        template = COUNT_ON_POSTGRESQL if sees_all(scope) else SCOPED_COUNT_ON_POSTGRESQL
        return template.format(asked=asked, kind=kind.name, within=told, all=EVERY)
    return COUNT_ON_SQLITE.format(asked=asked, within=told, joined=TEXT_ENTRY if told else "")


def more_than(most: int, kind: Kind, terms: Sequence[Term]) -> bool:
    """True when more entries of a kind match, those in the bin too."""
    statement = COUNT_OF_MANY_ON_POSTGRESQL if on_postgresql() else counting(kind, sa.true(), "asked")
    return bool(rows_of(statement, {"asked": match_of(kind, terms), "most": most + 1}, scalar=True)[0] > most)


def record_ids(kind: Kind, terms: Sequence[Term], most: int) -> Sequence[int]:
    """The records of a kind that match, up to `most`, in no order."""
    statement = IDS_ON_POSTGRESQL if on_postgresql() else IDS_ON_SQLITE
    return rows_of(statement, {"asked": match_of(kind, terms), "most": most}, scalar=True)


def entries(kind: Kind, terms: Sequence[Term], most: int, start: int | None, *, backwards: bool) -> list[Any]:
    """The first entries of a kind that match, none that is archived: before an entry, or `backwards` after it."""
    template = ALONG_ON_POSTGRESQL if on_postgresql() else ALONG_ON_SQLITE
    step, older, onwards, end = (1, "<", "DESC", 0) if backwards else (-1, ">", "ASC", EVERY)
    statement = template.format(kind=kind.name, step=step, older=older, onwards=onwards, all=EVERY)
    asked = {"asked": match_of(kind, terms), "most": most, "start": end if start is None else start}
    return list(rows_of(statement, asked))


def together(parts: Sequence[str]) -> str:
    """Several statements' rows in one."""
    numbered = (f"SELECT * FROM ({part}) AS part{number}" for number, part in enumerate(parts))  # noqa: S608 - our own
    return "\nUNION ALL\n".join(numbered)


def rows_of(statement: str, parameters: Mapping[str, Any], *, scalar: bool = False) -> Sequence[Any]:
    """The rows of a statement."""
    found = db.session.execute(prepared(statement), dict(parameters))
    return found.scalars().all() if scalar else found.all()


prepared = lru_cache(PREPARED)(sa.text)


def qualified() -> str:
    return ", ".join(f"search_entry.{name}" for name in COLUMNS.split(", "))


def match_of(kind: Kind, terms: Sequence[Term]) -> str:
    """What entries of a kind must match to hold every term, in the database's own language."""
    if on_postgresql():
        words = (
            " <-> ".join(f"'{kind.tag}{token}'" for token in term.tokens) + (":*" if term.prefix else "")
            for term in terms
        )
        return " & ".join(f"({one})" for one in words)
    return " AND ".join(f'"{kind.words_of(term.tokens)}"{" *" if term.prefix else ""}' for term in terms)


def within(kind: Kind, scope: Scope, *, archived: bool) -> str:
    """What this reader may find, asked row by row, so that a limit counts only what is shown."""
    conditions = "" if archived else " AND NOT search_entry.archived"
    if sees_all(scope):
        return conditions
    table = kind.model.__tablename__
    mine = scope.compile(db.session().get_bind(), compile_kwargs={"literal_binds": True})
    asked = f" AND EXISTS (SELECT 1 FROM {table} WHERE {table}.id = search_entry.record_id AND {mine})"  # noqa: S608
    return conditions + asked.replace(":", "\\:")


def sees_all(scope: Scope) -> bool:
    """True for who may find every record of a kind."""
    return isinstance(scope, sa.True_)
