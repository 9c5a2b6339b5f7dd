"""Finding records: for the results page and the palette, for type-ahead, and for the filters of lists."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from crm.core.db import Base, db
from crm.core.expressions import Ids, holds_text, is_among
from crm.core.keeping import kept
from crm.core.listing import (
    COUNT_LIMIT,
    PAGE_SIZE,
    Count,
    Place,
    Slice,
    Sort,
    fitting,
    once,
    read_cursor,
    slice_of,
    write_cursor,
)
from crm.lib.grams import Term, start_of, terms_of
from crm.lib.names import name_key
from crm.search import statements
from crm.search.models import ENTRY
from crm.search.registry import Kind, Scope, registry

SUGGESTED = 8
COUNTED = 100  # of each kind on the results page; its list counts further
HIT = (*statements.COLUMNS.split(", "), "way")
NAMED_AT_ONCE = 2 * PAGE_SIZE  # of more, those of the page are found before what their rows show is looked up
FOUND = sa.bindparam("found", type_=Ids())


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found. `note`: what else it is known by."""

    kind: Kind
    record_id: int
    page_id: int
    title: str
    note: str
    archived: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The first records of one kind. `count` stops at 100 and `capped` says that there are more."""

    kind: Kind
    hits: Sequence[Hit]
    count: int

    @property
    def shown_count(self) -> int:
        """How many there are, up to 100."""
        return min(self.count, COUNTED)

    @property
    def capped(self) -> bool:
        """True when there are more than were counted."""
        return self.count > COUNTED


def find(
    actor: Any, text: str, limit: int = SUGGESTED, types: Iterable[str] | None = None, *, archived: bool = False
) -> list[Hit]:
    """What somebody may find by a text today, at most `limit` of each kind: what begins with it, then by last change.

    Archived records only with `archived`. One statement.
    """
    return ranked(registry.scopes(actor, types), text, limit, archived=archived)


def recent(actor: Any, limit: int = SUGGESTED, types: Iterable[str] | None = None) -> list[Hit]:
    """What changed last of what somebody may find, at most `limit` of each kind."""
    parts = [statements.latest(kind, scope) for kind, scope in registry.scopes(actor, types).items()]
    return collected(parts, {}, limit)


def found(actor: Any, text: str, limit: int = SUGGESTED) -> list[Found]:
    """The results page: each kind of which something was found, the bin included, with how many there are."""
    hits = find(actor, text, limit, archived=True)
    by_kind = {kind: [hit for hit in hits if hit.kind is kind] for kind in dict.fromkeys(hit.kind for hit in hits)}
    counts = counted(actor, text, [kind.name for kind, some in by_kind.items() if len(some) == limit])
    return [Found(kind, some, max(counts.get(kind.name, 0), len(some))) for kind, some in by_kind.items()]


def counted(actor: Any, text: str, types: Sequence[str]) -> dict[str, int]:
    """{kind: how many match, counted to just over 100}."""
    terms, scopes, most = terms_of(text), registry.scopes(actor, types), COUNTED + 1
    if not terms or not scopes:
        return {}
    texts, values = zip(*(statements.counting(group, terms) for group in statements.groups(scopes)), strict=True)
    statement, asked = statements.together(texts), dict(ChainMap({"most": most}, *values))
    rows = kept((statement, text), lambda: statements.rows_of(statement, asked, "record_type", "number"))
    return {row.record_type: row.number for row in rows}


def suggested(model: type[Base], text: str) -> Sequence[Any]:
    """The first few records of a model that a typed text may mean, none that is archived; for type-ahead."""
    kind = registry.kinds[model.__tablename__]
    ids = [hit.record_id for hit in ranked({kind: sa.true()}, text, SUGGESTED)]
    records = db.session.scalars(sa.select(model).where(model.id.in_(ids))).all() if ids else []
    return sorted(records, key=lambda record: ids.index(record.id))


@dataclass(frozen=True, slots=True)
class Matching:
    """The records of a kind that a text finds, in the bin or not, as the filter of a list asks.

    Few come from the index as `ids`. Of more than 1,000 (`common`), the list reads its rows in its own order and looks
    at each: reading 80,000 hits to show 25 rows would take longer than the page.
    """

    kind: Kind
    terms: Sequence[Term]
    ids: Sequence[int] = ()
    common: bool = False

    @property
    def few(self) -> bool:
        """True where something was asked for that few records have."""
        return bool(self.terms) and not self.common

    def holds(self, id_column: Any) -> sa.ColumnElement[bool]:
        """True where the record with this id is one of them.

        Each row asks for its own entry: of EXISTS, PostgreSQL would make a join that reads every entry.
        """
        if not self.common:
            return is_among(id_column, sa.literal(self.ids, Ids()))
        words = sa.literal(" ") + ENTRY.c.words + " "
        holding = [holds_text(words, sa.literal(self.pattern_of(term))) for term in self.terms]
        same = sa.and_(ENTRY.c.record_type == self.kind.name, ENTRY.c.record_id == id_column)
        return sa.select(sa.and_(*holding)).where(same).correlate_except(ENTRY).scalar_subquery()

    def pattern_of(self, term: Term) -> str:
        return f" {self.kind.words_of(term.tokens)}{'' if term.prefix else ' '}"


def page_of(
    found: Matching,
    statement: Callable[..., sa.Select[Any]],
    id_column: Any,
    sorts: Mapping[str, Sort],
    place: Place,
    *,
    nothing_else: bool,
) -> Slice:
    """The page of a list of which a text leaves some; `statement(few=…)` makes rows that `id_column` tells apart.

    Of a common text the records that changed last come first, where the address asks for no order and `nothing_else`.
    """
    if not found.common:
        named, values = among(statement, id_column), {"found": found.ids}
        if len(found.ids) <= NAMED_AT_ONCE:
            return slice_of(named, id_column, sorts, place, count=Count.ALONE, values=values)
        ids = once(named, "ids", lambda: named.with_only_columns(id_column, maintain_column_froms=True))
        page = slice_of(ids, id_column, sorts, place, count=Count.ALONE, values=values)
        return replace(page, rows=rows_in_order(named, page.rows))
    if nothing_else and not (place.sort or place.size or place.only):
        return changed_last(found, among(statement, id_column), place)
    exact = statement(few=False).where(found.holds(id_column))
    return slice_of(exact, id_column, sorts, place, count=Count.MANY if nothing_else else Count.ALONE)


def among(statement: Callable[..., sa.Select[Any]], id_column: Any) -> sa.Select[Any]:
    """The rows of a list that :found names."""
    few = statement(few=True)
    return once(few, "found", lambda: few.where(is_among(id_column, FOUND)))


def changed_last(found: Matching, named: sa.Select[Any], place: Place) -> Slice:
    """A page of the records that a common text finds, in the order of their last change; none that is archived."""
    backwards = bool(place.before)
    cursor = fitting(read_cursor(place.before or place.after), ENTRY.c.id)
    start = cursor[1] if cursor else None
    entries = statements.entries(found.kind, found.terms, PAGE_SIZE + 1, start, backwards=backwards)
    more, entries = len(entries) > PAGE_SIZE, entries[:PAGE_SIZE]
    if backwards:
        entries.reverse()
    has_next, has_previous = (cursor is not None, more) if backwards else (more, cursor is not None)
    return Slice(
        rows=rows_in_order(named, [entry.record_id for entry in entries]),
        count=COUNT_LIMIT,
        capped=True,
        sort="",
        descending=True,
        next_cursor=write_cursor(entries[-1]) if has_next and entries else None,
        previous_cursor=write_cursor(entries[0]) if has_previous and entries else None,
    )


def rows_in_order(named: sa.Select[Any], ids: Sequence[int]) -> list[Any]:
    """The rows of a list that these ids name, in their order."""
    places = {record_id: number for number, record_id in enumerate(ids)}
    return sorted(db.session.execute(named, {"found": list(ids)}), key=lambda row: places[row.id])


def matching(record_type: str, text: str) -> Matching:
    """What a text finds of a kind of record."""
    kind, terms = registry.kinds[record_type], terms_of(text)
    if not terms:
        return Matching(kind, terms)
    return kept(("matching", kind.name, tuple(terms)), lambda: found_by(kind, terms))


def found_by(kind: Kind, terms: Sequence[Term]) -> Matching:
    if statements.more_than(COUNT_LIMIT, kind, terms):
        return Matching(kind, terms, common=True)
    return Matching(kind, terms, statements.record_ids(kind, terms, COUNT_LIMIT))


def matches(id_column: Any, record_type: str, text: str) -> sa.ColumnElement[bool]:
    """True where a text finds the record with this id."""
    return matching(record_type, text).holds(id_column)


def ranked(scopes: Mapping[Kind, Scope], text: str, limit: int, *, archived: bool = False) -> list[Hit]:
    """What a text finds in three ways: names that begin with it, names whose pinyin does, any that match."""
    terms, key, start = terms_of(text), name_key(text), start_of(text)
    parts: list[str] = []
    asked: dict[str, Any] = {"key": key, "key_end": key + statements.AFTER_ALL} if key else {}
    for group in statements.groups(scopes):
        if key:
            parts.append(statements.beginning(group, archived=archived))
        for way, wanted in ((1, [start] if start else []), (2, terms)):
            if wanted:
                part, values = statements.matching(group, wanted, way, archived=archived)
                parts.append(part)
                asked |= values
    return collected(parts, asked, limit)


def collected(parts: Sequence[str], asked: Mapping[str, str], limit: int) -> list[Hit]:
    """The rows of some statements as hits, grouped by kind in the registry's order, none twice."""
    if not parts:
        return []
    rows = statements.rows_of(statements.together(parts), {**asked, "most": limit}, *HIT)
    hits: dict[str, dict[int, Hit]] = {name: {} for name in registry.kinds}
    for row in sorted(rows, key=lambda row: row.way):
        of_kind = hits[row.record_type]
        if len(of_kind) < limit and row.record_id not in of_kind:
            kind = registry.kinds[row.record_type]
            of_kind[row.record_id] = Hit(kind, row.record_id, row.page_id, row.title, row.note, bool(row.archived))
    return [hit for of_kind in hits.values() for hit in of_kind.values()]
