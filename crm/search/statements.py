"""The SQL of searching, as text: one statement of up to two dozen parts, which the expression language takes longer
to build than the database to answer. What was typed is always a parameter.

FTS5 is quick in one direction only: on SQLite its rowid is the entry's id below zero, so that the last changed records
come first. PostgreSQL's planner cannot tell common words from rare ones: it looks at the newest entries of a kind
first, and asks the GIN index only where these did not suffice.
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

NEWEST = 500  # entries: a text that as many newest ones hardly hold is rare enough for the GIN index
NEWEST_OF_MANY = 5000  # the same for a page of a text that more than 1,000 records have
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
WITH newest AS MATERIALIZED (
  SELECT search_entry.id FROM (
    SELECT id, words FROM search_text WHERE record_type = '{kind}' ORDER BY -id LIMIT {newest}
  ) latest JOIN search_entry ON search_entry.id = latest.id
  WHERE latest.words @@ CAST(:{asked} AS tsquery) {within} LIMIT :most
), hit AS (
  SELECT id FROM newest WHERE (SELECT count(*) FROM newest) = :most
  UNION ALL
  SELECT id FROM search_ids(CAST(:{asked} AS tsquery), {all}) AS id WHERE (SELECT count(*) FROM newest) < :most
  ORDER BY id DESC
)
SELECT {columns}, {way} AS way FROM hit JOIN search_entry ON search_entry.id = hit.id
WHERE true {within} ORDER BY hit.id DESC LIMIT :most"""
COUNT_ON_SQLITE = """
SELECT count(*) FROM (SELECT 1 FROM search_text {joined}
WHERE search_text MATCH :{asked} {within} LIMIT :most)"""
TEXT_ENTRY = "CROSS JOIN search_entry ON search_entry.id = -search_text.rowid"
HIT_ENTRY = "JOIN search_entry ON search_entry.id = hit.id"
COUNT_ON_POSTGRESQL = """
SELECT count(*) FROM (SELECT 1 FROM search_ids(CAST(:{asked} AS tsquery), {reach}) AS hit (id) {joined}
WHERE true {within} LIMIT :most) hit"""
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
WITH near AS MATERIALIZED (
  SELECT search_entry.id FROM (
    SELECT id, words FROM search_text WHERE record_type = '{kind}' AND -id {older} -:start
    ORDER BY -id {onwards} LIMIT {newest}
  ) latest JOIN search_entry ON search_entry.id = latest.id
  WHERE latest.words @@ CAST(:asked AS tsquery) AND NOT search_entry.archived LIMIT :most
), hit AS (
  SELECT id, -id AS place FROM near WHERE (SELECT count(*) FROM near) = :most
  UNION ALL
  SELECT id, -id FROM search_ids(CAST(:asked AS tsquery), {all}) AS id
  WHERE (SELECT count(*) FROM near) < :most AND -id {older} -:start
  ORDER BY place {onwards}
)
SELECT record_id, hit.id AS row_id, hit.id AS sort_key
FROM hit JOIN search_entry ON search_entry.id = hit.id
WHERE NOT search_entry.archived ORDER BY hit.place {onwards} LIMIT :most"""
EVERY = 2_000_000_000


def beginning(kind: Kind, scope: Scope, *, archived: bool) -> str:
    """Entries whose shown name begins with :key, the shortest first."""
    return BEGINNING.format(columns=COLUMNS, kind=kind.name, within=within(kind, scope, archived=archived))


def latest(kind: Kind, scope: Scope) -> str:
    """The entries that changed last."""
    return LATEST.format(columns=COLUMNS, kind=kind.name, way=2, within=within(kind, scope, archived=False))


def matching(kind: Kind, scope: Scope, asked: str, way: int, *, archived: bool) -> str:
    """Entries that match the parameter named `asked`, the last changed first."""
    template = ON_POSTGRESQL if on_postgresql() else ON_SQLITE
    told = within(kind, scope, archived=archived)
    names = {"columns": qualified(), "kind": kind.name, "asked": asked, "way": way, "newest": NEWEST, "all": EVERY}
    return template.format(within=told, **names)


def counting(kind: Kind, scope: Scope, asked: str, most: int) -> str:
    """How many entries match the parameter named `asked`, those in the bin too, counted to `:most`."""
    told = within(kind, scope, archived=True)
    template, entry = (COUNT_ON_POSTGRESQL, HIT_ENTRY) if on_postgresql() else (COUNT_ON_SQLITE, TEXT_ENTRY)
    return template.format(asked=asked, within=told, reach=EVERY if told else most, joined=entry if told else "")


def more_than(most: int, kind: Kind, terms: Sequence[Term]) -> bool:
    """True when more entries of a kind match, those in the bin too."""
    statement = counting(kind, sa.true(), "asked", most + 1)
    return bool(rows_of(statement, {"asked": match_of(kind, terms), "most": most + 1}, scalar=True)[0] > most)


def record_ids(kind: Kind, terms: Sequence[Term], most: int) -> Sequence[int]:
    """The records of a kind that match, up to `most`, in no order."""
    statement = IDS_ON_POSTGRESQL if on_postgresql() else IDS_ON_SQLITE
    return rows_of(statement, {"asked": match_of(kind, terms), "most": most}, scalar=True)


def entries(kind: Kind, terms: Sequence[Term], most: int, start: int | None, *, backwards: bool) -> list[Any]:
    """The first entries of a kind that match, none that is archived: before an entry, or `backwards` after it."""
    template = ALONG_ON_POSTGRESQL if on_postgresql() else ALONG_ON_SQLITE
    older, onwards, end = ("<", "DESC", 0) if backwards else (">", "ASC", EVERY)
    statement = template.format(kind=kind.name, older=older, onwards=onwards, newest=NEWEST_OF_MANY, all=EVERY)
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
    if isinstance(scope, sa.True_):
        return conditions
    table = kind.model.__tablename__
    mine = scope.compile(db.session().get_bind(), compile_kwargs={"literal_binds": True})
    asked = f" AND EXISTS (SELECT 1 FROM {table} WHERE {table}.id = search_entry.record_id AND {mine})"  # noqa: S608
    return conditions + asked.replace(":", "\\:")
