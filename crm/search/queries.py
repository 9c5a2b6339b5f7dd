"""Finding records: for the results page and the palette, for type-ahead, and for the filters of lists.

Common words are sorted by what changed last and never read to their end: SQLite walks FTS5 backwards by rowid, and
PostgreSQL chooses between the GIN index and walking back through the ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from crm.core.db import Base, db
from crm.core.listing import COUNT_LIMIT
from crm.lib.grams import KIND_MARK, Term, start_of, terms_of
from crm.lib.names import name_key
from crm.search.models import ENTRY, TEXT, on_postgresql, text_key
from crm.search.registry import Kind, Scope, registry

SUGGESTED = 8
AFTER_ALL = "\U0010ffff"


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
    scopes = registry.scopes(actor, types).items()
    parts = [part for kind, scope in scopes for part in ranked(kind, scope, text, limit, archived=archived)]
    return collected(parts, limit)


def recent(actor: Any, limit: int = SUGGESTED, types: Iterable[str] | None = None) -> list[Hit]:
    """What changed last of what somebody may find, at most `limit` of each kind."""
    scopes = registry.scopes(actor, types)
    return collected([latest(matching(kind, []), kind, scope, limit) for kind, scope in scopes.items()], limit)


def found(actor: Any, text: str, limit: int = SUGGESTED) -> list[Found]:
    """The results page: each kind of which something was found, the bin included, with how many there are."""
    hits = find(actor, text, limit, archived=True)
    kinds = list(dict.fromkeys(hit.kind for hit in hits))
    counts = counted(actor, text, kinds)
    by_kind = {kind: [hit for hit in hits if hit.kind is kind] for kind in kinds}
    return [Found(kind, some, max(counts.get(kind.name, 0), len(some))) for kind, some in by_kind.items()]


def counted(actor: Any, text: str, kinds: Sequence[Kind]) -> dict[str, int]:
    """{kind: how many match, counted to just over 1,000}."""
    terms = terms_of(text)
    scopes = registry.scopes(actor, [kind.name for kind in kinds])
    if not terms or not scopes:
        return {}
    columns = []
    for kind, scope in scopes.items():
        limited = latest(matching(kind, terms), kind, scope, COUNT_LIMIT + 1, archived=True)
        one = limited.with_only_columns(sa.literal(1).label("one")).order_by(None).subquery()
        columns.append(sa.select(sa.func.count()).select_from(one).scalar_subquery().label(kind.name))
    return dict(db.session.execute(sa.select(*columns)).mappings().one())


def suggested(model: type[Base], text: str) -> Sequence[Any]:
    """The first few records of a model that a typed text may mean, none that is archived; for type-ahead."""
    parts = ranked(registry.kinds[model.__tablename__], sa.true(), text, SUGGESTED)
    ids = [hit.record_id for hit in collected(parts, SUGGESTED)]
    records = db.session.scalars(sa.select(model).where(model.id.in_(ids))).all()
    return sorted(records, key=lambda record: ids.index(record.id))


def ids_matching(record_type: str, text: str) -> sa.Select[Any]:
    """The ids of the records of a kind that a text finds, those in the bin too; for the filter of a list."""
    terms = terms_of(text)
    if not terms:
        return sa.select(ENTRY.c.record_id).where(sa.false())
    return joined(ENTRY.c.record_id).where(matching(registry.kinds[record_type], terms))


def matches(id_column: Any, record_type: str, text: str) -> sa.ColumnElement[bool]:
    """True where a text finds the record with this id: what the filter of a list asks.

    Few hits come from the index. Of very many, the list reads its rows in its own order and looks at each: reading
    80,000 hits to show 25 rows would take longer than the page.
    """
    terms = terms_of(text)
    ids = ids_matching(record_type, text)
    if not terms or is_rare(ids):
        return id_column.in_(ids)  # type: ignore[no-any-return]
    words = sa.literal(" ") + ENTRY.c.words + " "
    holding = [words.contains(pattern_of(term), autoescape=True) for term in terms]
    same = sa.and_(ENTRY.c.record_type == record_type, ENTRY.c.record_id == id_column)
    return sa.exists(sa.select(ENTRY.c.id).where(same, *holding).correlate_except(ENTRY))


def is_rare(ids: sa.Select[Any]) -> bool:
    """True for at most 1,000 hits."""
    limited = ids.with_only_columns(sa.literal(1)).limit(COUNT_LIMIT + 1).subquery()
    return (db.session.scalar(sa.select(sa.func.count()).select_from(limited)) or 0) <= COUNT_LIMIT


def pattern_of(term: Term) -> str:
    return f" {' '.join(term.tokens)}{'' if term.prefix else ' '}"


# --- the statements


def matching(kind: Kind, terms: Sequence[Term]) -> sa.ColumnElement[bool]:
    """The index's own condition: entries of a kind that hold every term."""
    every = [Term((KIND_MARK + kind.name,)), *terms]
    if on_postgresql():
        asked = " & ".join(
            "(" + " <-> ".join(f"'{token}'" for token in term.tokens) + (":*" if term.prefix else "") + ")"
            for term in every
        )
        return TEXT.c.words.op("@@", is_comparison=True)(sa.cast(sa.literal(asked, sa.String), TSQUERY))
    phrases = (f'"{" ".join(term.tokens)}"{" *" if term.prefix else ""}' for term in every)
    return sa.literal_column("search_text").op("MATCH", is_comparison=True)(" AND ".join(phrases))


def joined(*columns: Any) -> sa.Select[Any]:
    """Entries beside their place in the index."""
    return sa.select(*columns).select_from(TEXT.join(ENTRY, ENTRY.c.id == text_key()))


SHOWN = (ENTRY.c.record_type, ENTRY.c.record_id, ENTRY.c.page_id, ENTRY.c.title, ENTRY.c.note, ENTRY.c.archived)


def ranked(kind: Kind, scope: Scope, text: str, limit: int, *, archived: bool = False) -> list[sa.Select[Any]]:
    """What a text finds of a kind in three parts: names that begin with it, names whose pinyin does, any that match."""
    terms, key, start = terms_of(text), name_key(text), start_of(text)
    parts = [beginning(kind, key, scope, limit, archived=archived)] if key else []
    if start:
        parts.append(latest(matching(kind, [start]), kind, scope, limit, archived=archived, way=1))
    if terms:
        parts.append(latest(matching(kind, terms), kind, scope, limit, archived=archived))
    return parts


def latest(
    condition: sa.ColumnElement[bool], kind: Kind, scope: Scope, limit: int, *, archived: bool = False, way: int = 2
) -> sa.Select[Any]:
    """Entries that match, the last changed first."""
    statement = joined(*SHOWN, sa.literal(way).label("way")).where(condition, *within(kind, scope, archived=archived))
    return statement.order_by(text_key().desc()).limit(limit)


def beginning(kind: Kind, key: str, scope: Scope, limit: int, *, archived: bool = False) -> sa.Select[Any]:
    """Entries whose shown name begins with a key, the shortest first."""
    return (
        sa.select(*SHOWN, sa.literal(0).label("way"))
        .where(
            ENTRY.c.record_type == kind.name,
            ENTRY.c.name_key >= key,
            ENTRY.c.name_key < key + AFTER_ALL,
            *within(kind, scope, archived=archived),
        )
        .order_by(ENTRY.c.name_key, ENTRY.c.id)
        .limit(limit)
    )


def within(kind: Kind, scope: Scope, *, archived: bool) -> list[sa.ColumnElement[bool]]:
    """What this reader may find: asked row by row, so that a limit counts only what is shown."""
    conditions = [] if archived else [sa.not_(ENTRY.c.archived)]
    if not isinstance(scope, sa.True_):
        record = kind.model.__table__
        mine = sa.select(record.c.id).where(record.c.id == ENTRY.c.record_id, scope).correlate(ENTRY)
        conditions.append(sa.exists(mine))
    return conditions


def collected(parts: Sequence[sa.Select[Any]], limit: int) -> list[Hit]:
    """The rows of some statements as hits, grouped by kind in the registry's order, none twice."""
    if not parts:
        return []
    wrapped = [sa.select(part.subquery()) for part in parts]
    rows = db.session.execute(wrapped[0] if len(wrapped) == 1 else sa.union_all(*wrapped)).all()
    hits: dict[str, dict[int, Hit]] = {name: {} for name in registry.kinds}
    for row in sorted(rows, key=lambda row: row.way):
        of_kind = hits[row.record_type]
        if len(of_kind) < limit and row.record_id not in of_kind:
            kind = registry.kinds[row.record_type]
            of_kind[row.record_id] = Hit(kind, row.record_id, row.page_id, row.title, row.note, bool(row.archived))
    return [hit for of_kind in hits.values() for hit in of_kind.values()]
