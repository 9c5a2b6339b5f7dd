"""Finding records: for the results page and the palette, for type-ahead, and for the filters of lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.core.db import Base, db
from crm.core.expressions import Ids, is_among
from crm.core.listing import COUNT_LIMIT
from crm.lib.grams import Term, start_of, terms_of
from crm.lib.names import name_key
from crm.search import statements
from crm.search.models import ENTRY
from crm.search.registry import Kind, Scope, registry

SUGGESTED = 8


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
    """The first records of one kind. `count` stops at 1,000 and `capped` says that there are more."""

    kind: Kind
    hits: Sequence[Hit]
    count: int

    @property
    def shown_count(self) -> int:
        """How many there are, up to 1,000."""
        return min(self.count, COUNT_LIMIT)

    @property
    def capped(self) -> bool:
        """True when there are more than were counted."""
        return self.count > COUNT_LIMIT


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
    """{kind: how many match, counted to just over 1,000}."""
    terms, scopes, most = terms_of(text), registry.scopes(actor, types), COUNT_LIMIT + 1
    if not terms or not scopes:
        return {}
    asked = {f"asked_{kind.name}": statements.match_of(kind.name, terms) for kind in scopes}
    counts = (
        f"({statements.counting(kind, scope, f'asked_{kind.name}', most)}) AS {kind.name}"
        for kind, scope in scopes.items()
    )
    row = statements.rows_of(f"SELECT {', '.join(counts)}", {**asked, "most": most})[0]
    return dict(row._mapping)


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

    record_type: str
    terms: Sequence[Term]
    ids: Sequence[int] = ()
    common: bool = False

    def holds(self, id_column: Any) -> sa.ColumnElement[bool]:
        """True where the record with this id is one of them.

        Each row asks for its own entry: of EXISTS, PostgreSQL would make a join that reads every entry.
        """
        if not self.common:
            return is_among(id_column, sa.literal(self.ids, Ids()))
        words = sa.literal(" ") + ENTRY.c.words + " "
        holding = [words.contains(pattern_of(term), autoescape=True) for term in self.terms]
        same = sa.and_(ENTRY.c.record_type == self.record_type, ENTRY.c.record_id == id_column)
        return sa.select(sa.and_(*holding)).where(same).correlate_except(ENTRY).scalar_subquery()

    def among(self, statement: sa.Select[Any], id_column: Any) -> sa.Select[Any]:
        """Of a statement those that are among them."""
        return statement.where(self.holds(id_column))


def matching(record_type: str, text: str) -> Matching:
    """What a text finds of a kind of record."""
    terms = terms_of(text)
    if not terms:
        return Matching(record_type, terms)
    if statements.more_than(COUNT_LIMIT, record_type, terms):
        return Matching(record_type, terms, common=True)
    return Matching(record_type, terms, statements.record_ids(record_type, terms, COUNT_LIMIT))


def matches(id_column: Any, record_type: str, text: str) -> sa.ColumnElement[bool]:
    """True where a text finds the record with this id."""
    return matching(record_type, text).holds(id_column)


def pattern_of(term: Term) -> str:
    return f" {' '.join(term.tokens)}{'' if term.prefix else ' '}"


def ranked(scopes: Mapping[Kind, Scope], text: str, limit: int, *, archived: bool = False) -> list[Hit]:
    """What a text finds in three ways: names that begin with it, names whose pinyin does, any that match."""
    terms, key, start = terms_of(text), name_key(text), start_of(text)
    parts: list[str] = []
    asked: dict[str, str] = {"key": key, "key_end": key + statements.AFTER_ALL} if key else {}
    for kind, scope in scopes.items():
        if key:
            parts.append(statements.beginning(kind, scope, archived=archived))
        for way, wanted in ((1, [start] if start else []), (2, terms)):
            if wanted:
                name = f"asked_{way}_{kind.name}"
                asked[name] = statements.match_of(kind.name, wanted)
                parts.append(statements.matching(kind, scope, name, way, archived=archived))
    return collected(parts, asked, limit)


def collected(parts: Sequence[str], asked: Mapping[str, str], limit: int) -> list[Hit]:
    """The rows of some statements as hits, grouped by kind in the registry's order, none twice."""
    if not parts:
        return []
    rows = statements.rows_of(statements.together(parts), {**asked, "most": limit})
    hits: dict[str, dict[int, Hit]] = {name: {} for name in registry.kinds}
    for row in sorted(rows, key=lambda row: row.way):
        of_kind = hits[row.record_type]
        if len(of_kind) < limit and row.record_id not in of_kind:
            kind = registry.kinds[row.record_type]
            of_kind[row.record_id] = Hit(kind, row.record_id, row.page_id, row.title, row.note, bool(row.archived))
    return [hit for of_kind in hits.values() for hit in of_kind.values()]
