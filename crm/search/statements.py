"""The SQL of searching, as text: one statement of up to two dozen parts, which the expression language takes longer
to build than the database to answer. What was typed is always a parameter.

FTS5 is quick in one direction only: on SQLite its rowid is the entry's id below zero, so that the last changed records
come first. A GIN index gives all entries of a word or none: it holds beside the words which thousand of entries each is
among, and `search_nearest` (migration 0074) asks for the nearest thousands before it asks for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.prepared import Prepared
from crm.lib.grams import Term
from crm.search.models import on_postgresql
from crm.search.registry import Kind, Scope

AFTER_ALL = "\U0010ffff"
PREPARED = 200  # statements: each kind of question, for each who may find other things
COLUMNS = "record_type, record_id, page_id, title, note, archived"
QUALIFIED = ", ".join(f"search_entry.{name}" for name in COLUMNS.split(", "))
Asked = tuple[str, dict[str, Any]]  # the text of a part, and its parameters

BEGINNING = """
SELECT {columns}, 0 AS way FROM search_entry
WHERE record_type = '{kind}' AND name_key >= :key AND name_key < :key_end {within}
ORDER BY name_key, id LIMIT :most"""
LATEST = """
SELECT {columns}, {way} AS way FROM search_entry WHERE record_type = '{kind}' {within} ORDER BY id DESC LIMIT :most"""
ON_SQLITE = """
SELECT {columns}, {way} AS way FROM search_text CROSS JOIN search_entry ON search_entry.id = -search_text.rowid
WHERE search_text MATCH :{asked} {within} ORDER BY search_text.rowid LIMIT :most"""
BEGINNING_OF_KINDS = """
SELECT named.*, 0 AS way FROM unnest(ARRAY[{kinds}]) AS kind, LATERAL (
SELECT {columns} FROM search_entry
WHERE record_type = kind AND name_key >= :key AND name_key < :key_end {within}
ORDER BY name_key, id LIMIT :most) AS named"""
OF_KINDS_ON_POSTGRESQL = """
SELECT {columns}, {way} AS way
FROM search_nearest(ARRAY[{kinds}], CAST(:{asked} AS tsquery[]), :most, {archived}, NULL, -1)
WITH ORDINALITY AS hit (id, place) JOIN search_entry ON search_entry.id = hit.id ORDER BY place"""
ON_POSTGRESQL = """
SELECT {columns}, {way} AS way
FROM (SELECT id FROM search_ids(CAST(:{asked} AS tsquery), {all}) AS id ORDER BY id DESC) AS hit
JOIN search_entry ON search_entry.id = hit.id WHERE true {within} ORDER BY hit.id DESC LIMIT :most"""
COUNT_ON_SQLITE = """
SELECT '{kind}' AS record_type, count(*) AS number FROM (SELECT 1 FROM search_text {joined}
WHERE search_text MATCH :{asked} {within} LIMIT :most)"""
COUNT_OF_MANY_ON_SQLITE = """
SELECT count(*) AS number FROM (SELECT 1 FROM search_text WHERE search_text MATCH :asked LIMIT :most)"""
TEXT_ENTRY = "CROSS JOIN search_entry ON search_entry.id = -search_text.rowid"
COUNT_OF_KINDS_ON_POSTGRESQL = """
SELECT record_type, count(*) AS number
FROM search_nearest(ARRAY[{kinds}], CAST(:{asked} AS tsquery[]), :most, true, NULL, -1) AS hit (id)
JOIN search_entry ON search_entry.id = hit.id GROUP BY record_type"""
COUNT_ON_POSTGRESQL = """
SELECT '{kind}' AS record_type, count(*) AS number
FROM (SELECT 1 FROM search_ids(CAST(:{asked} AS tsquery), {all}) AS hit (id)
JOIN search_entry ON search_entry.id = hit.id WHERE true {within} LIMIT :most) hit"""
COUNT_OF_MANY_ON_POSTGRESQL = "SELECT count(*) AS number FROM search_ids(CAST(:asked AS tsquery), :most)"
IDS_ON_SQLITE = """
SELECT record_id AS id FROM search_text CROSS JOIN search_entry ON search_entry.id = -search_text.rowid
WHERE search_text MATCH :asked LIMIT :most"""
IDS_ON_POSTGRESQL = """
SELECT record_id AS id FROM search_ids(CAST(:asked AS tsquery), :most) AS hit (id)
JOIN search_entry ON search_entry.id = hit.id"""
ALONG_ON_SQLITE = """
SELECT record_id, search_entry.id AS row_id, search_entry.id AS sort_key
FROM search_text CROSS JOIN search_entry ON search_entry.id = -search_text.rowid
WHERE search_text MATCH :asked AND search_text.rowid {older} -:start AND NOT search_entry.archived
ORDER BY search_text.rowid {onwards} LIMIT :most"""
ALONG_ON_POSTGRESQL = """
SELECT record_id, hit.id AS row_id, hit.id AS sort_key
FROM search_nearest(
  ARRAY['{kind}'], ARRAY[CAST(:asked AS tsquery)], :most, false, nullif(CAST(:start AS bigint), {all}), {step}
) AS hit (id)
JOIN search_entry ON search_entry.id = hit.id ORDER BY -hit.id {onwards}"""
EVERY = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Group:
    """The kinds that one part of a statement asks for, of which the reader sees this much.

    `by_gin`: on PostgreSQL. There a group is all the kinds of which the reader sees everything.
    """

    kinds: tuple[Kind, ...]
    scope: Scope
    by_gin: bool

    @property
    def together(self) -> bool:
        """True for kinds that PostgreSQL looks for in one call."""
        return self.by_gin and sees_all(self.scope)

    @property
    def names(self) -> dict[str, str]:
        """Its kinds as statements name them: the only one, and all."""
        return {"kind": self.kinds[0].name, "kinds": ", ".join(f"'{kind.name}'" for kind in self.kinds)}

    def within(self, *, archived: bool) -> str:
        """What the reader may find of them."""
        return within(self.kinds[0], self.scope, archived=archived)

    def asked(self, terms: Sequence[Term], way: int) -> tuple[str, str | list[str]]:
        """The name of a parameter, and what it asks of the kinds."""
        matches = [match_of(kind, terms, by_gin=self.by_gin) for kind in self.kinds]
        return f"asked_{way}_{self.kinds[0].name}", matches if self.together else matches[0]


def groups(scopes: Mapping[Kind, Scope]) -> list[Group]:
    """The kinds that a reader may find, as the parts of a statement ask for them."""
    by_gin = on_postgresql()
    together = tuple(kind for kind, scope in scopes.items() if by_gin and sees_all(scope))
    first = [Group(together, sa.true(), by_gin)] if together else []
    return first + [Group((kind,), scope, by_gin) for kind, scope in scopes.items() if kind not in together]


def beginning(group: Group, *, archived: bool) -> str:
    """Entries of each kind of a group whose shown name begins with :key, the shortest first."""
    template = BEGINNING_OF_KINDS if group.together else BEGINNING
    return template.format(
        columns=COLUMNS, within=within(group.kinds[0], group.scope, archived=archived), **group.names
    )


def latest(kind: Kind, scope: Scope) -> str:
    """The entries that changed last."""
    return LATEST.format(columns=COLUMNS, kind=kind.name, way=2, within=within(kind, scope, archived=False))


def matching(group: Group, terms: Sequence[Term], way: int, *, archived: bool) -> Asked:
    """Entries of each kind of a group that hold every term, the last changed first."""
    name, value = group.asked(terms, way)
    template = OF_KINDS_ON_POSTGRESQL if group.together else ON_POSTGRESQL if group.by_gin else ON_SQLITE
    names = {**group.names, "columns": QUALIFIED, "asked": name, "way": way, "archived": archived, "all": EVERY}
    return template.format(within=group.within(archived=archived), **names), {name: value}


def counting(group: Group, terms: Sequence[Term]) -> Asked:
    """How many entries of each kind of a group hold every term, those in the bin too, counted to :most."""
    name, value = group.asked(terms, 0)
    told = group.within(archived=True)
    on_server = COUNT_OF_KINDS_ON_POSTGRESQL if group.together else COUNT_ON_POSTGRESQL
    template = on_server if group.by_gin else COUNT_ON_SQLITE
    names = {**group.names, "asked": name, "all": EVERY, "joined": TEXT_ENTRY if told else ""}
    return template.format(within=told, **names), {name: value}


def more_than(most: int, kind: Kind, terms: Sequence[Term]) -> bool:
    """True when more entries of a kind match, those in the bin too."""
    by_gin = on_postgresql()
    asked = {"asked": match_of(kind, terms, by_gin=by_gin), "most": most + 1}
    rows = rows_of(COUNT_OF_MANY_ON_POSTGRESQL if by_gin else COUNT_OF_MANY_ON_SQLITE, asked, "number")
    return bool(rows[0].number > most)


def record_ids(kind: Kind, terms: Sequence[Term], most: int) -> Sequence[int]:
    """The records of a kind that match, up to `most`, in no order."""
    by_gin = on_postgresql()
    asked = {"asked": match_of(kind, terms, by_gin=by_gin), "most": most}
    return [row.id for row in rows_of(IDS_ON_POSTGRESQL if by_gin else IDS_ON_SQLITE, asked, "id")]


def entries(kind: Kind, terms: Sequence[Term], most: int, start: int | None, *, backwards: bool) -> list[Any]:
    """The first entries of a kind that match, none that is archived: before an entry, or `backwards` after it."""
    by_gin = on_postgresql()
    template = ALONG_ON_POSTGRESQL if by_gin else ALONG_ON_SQLITE
    step, older, onwards, end = (1, "<", "DESC", 0) if backwards else (-1, ">", "ASC", EVERY)
    statement = template.format(kind=kind.name, step=step, older=older, onwards=onwards, all=EVERY)
    asked = {"asked": match_of(kind, terms, by_gin=by_gin), "most": most, "start": end if start is None else start}
    return list(rows_of(statement, asked, "record_id", "row_id", "sort_key"))


def together(parts: Sequence[str]) -> str:
    """Several statements' rows in one."""
    numbered = (f"SELECT * FROM ({part}) AS part{number}" for number, part in enumerate(parts))  # noqa: S608 - our own
    return "\nUNION ALL\n".join(numbered)


def rows_of(statement: str, parameters: Mapping[str, Any], *names: str) -> Sequence[Any]:
    """The rows of a statement, of which the columns get these names."""
    return prepared(statement, names).all(**parameters)


@lru_cache(PREPARED)
def prepared(statement: str, names: Sequence[str]) -> Prepared:
    return Prepared(sa.text(statement).columns(*map(sa.column, names)))


def match_of(kind: Kind, terms: Sequence[Term], *, by_gin: bool) -> str:
    """What entries of a kind must match to hold every term, in the language of either index."""
    if by_gin:
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
