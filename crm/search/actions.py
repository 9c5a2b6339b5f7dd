"""Writing the index: for a few records as they are saved, for many after a bulk write, for all when it is rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from crm.core.bulk import insert_rows
from crm.core.connections import SESSION
from crm.core.db import Base, db
from crm.lib.grams import tokens_of
from crm.lib.names import name_key
from crm.search.models import ENTRY, TEXT, on_postgresql
from crm.search.registry import Description, Kind, registry

COLUMNS = ("record_type", "record_id", "page_id", "title", "note", "name_key", "archived", "words")
AT_ONCE = 1000
KEY_LENGTH = 80
SHOWN = 250
# Our own positions instead of to_tsvector: its parser takes tokens apart, differently in every locale.
VECTOR: sa.ColumnElement[Any] = sa.literal_column(
    "(SELECT coalesce(string_agg('''' || word || ''':' || place, ' '), '')::tsvector"
    " FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS token (word, place))"
)


def index(kind: Kind, ids: Iterable[int]) -> int:
    """Write the entries of some records anew, in the caller's transaction; returns how many they are now."""
    written = 0
    for some in in_batches(sorted(set(ids))):
        forget(kind, some)
        written += write(kind, some)
    return written


def index_many(model: type[Base], ids: Iterable[int], changed: Container[str] = ()) -> int:
    """Index records that were written without the ORM; returns how many entries that made.

    `changed`: columns of records that were there before; entries of other records that tell them follow.
    """
    known = sorted(ids)
    return sum(
        index(registry.kinds[kind], follow.ids(known))
        for kind, follow in registry.watched.get(model, ())
        if follow.key == "id" and (registry.kinds[kind].model is model or any(one in changed for one in follow.columns))
    )


def quietly(kind: str, count: int) -> None:
    """Tell nobody how many entries of a kind were written."""


def rebuild(told: Callable[[str, int], object] = quietly) -> int:
    """Write the whole index anew, keeping which records changed last; returns the number of entries."""
    in_order = {kind.name: ids_by_last_change(kind) for kind in registry.kinds.values()}
    clear()
    return write_all(in_order, told)


def write_all(in_order: Mapping[str, Sequence[int]], told: Callable[[str, int], object] = quietly) -> int:
    """Write the entries of many records that have none: {kind: their ids}; returns the number of entries."""
    if on_postgresql():
        db.session.execute(sa.text("SET LOCAL gin_pending_list_limit = '1GB'"))  # sort into the index once, at the end
        db.session.execute(sa.text("SET LOCAL maintenance_work_mem = '256MB'"))
    last = db.session.scalar(sa.select(sa.func.max(ENTRY.c.id))) or 0
    total = 0
    for kind, ids in in_order.items():
        written = sum(write_entries(registry.kinds[kind], some) for some in in_batches(ids))
        told(kind, written)
        total += written
    write_words(ENTRY.c.id > last)
    if on_postgresql():
        db.session.execute(sa.text("SELECT gin_clean_pending_list('ix_search_text_words')"))
        db.session.execute(sa.text(f"SET LOCAL gin_pending_list_limit = '{SESSION['gin_pending_list_limit']}'"))
        db.session.execute(sa.text("ANALYZE search_text, search_entry"))
    return total


def index_new_kinds() -> int:
    """Index the kinds of which nothing is indexed yet, as in an installation that is older than they are."""
    known = set(db.session.scalars(sa.select(ENTRY.c.record_type).distinct()))
    new = [kind for kind in registry.kinds.values() if kind.name not in known]
    in_order = {kind.name: ids_by_last_change(kind) for kind in new}
    return write_all(in_order) if any(in_order.values()) else 0


def ids_by_last_change(kind: Kind) -> Sequence[int]:
    """The records of a kind: first those without an entry, then in the order of their entries."""
    record = kind.model.__table__.c
    known = sa.and_(ENTRY.c.record_type == kind.name, ENTRY.c.record_id == record.id)
    statement = sa.select(record.id).join(ENTRY, known, isouter=True)
    return db.session.scalars(statement.order_by(sa.func.coalesce(ENTRY.c.id, 0), record.id)).all()


def write(kind: Kind, ids: Sequence[int]) -> int:
    """Write the entries of records that have none, in the order given."""
    written = write_entries(kind, ids)
    if written:
        write_words(among(kind, ids))
    return written


def write_entries(kind: Kind, ids: Sequence[int]) -> int:
    told = {one.record_id: one for one in registry.described(kind, ids)}
    entries = [entry_of(kind, told[one]) for one in ids if one in told]
    if entries:
        insert_rows(db.session.connection(), ENTRY, COLUMNS, entries)
    return len(entries)


def write_words(of: sa.ColumnElement[bool]) -> None:
    """Index the words of new entries, the last first: FTS5 begins another part wherever a rowid falls."""
    own = {"id": ENTRY.c.id, "record_type": ENTRY.c.record_type, "words": VECTOR}
    columns = own if on_postgresql() else {"rowid": -ENTRY.c.id, "words": ENTRY.c.words}
    new = sa.select(*columns.values()).where(of).order_by(ENTRY.c.id.desc())
    db.session.execute(sa.insert(TEXT).from_select(list(columns), new))


def forget(kind: Kind, ids: Sequence[int]) -> None:
    """Take records out of the index."""
    if not on_postgresql():  # there the row of search_text goes with its entry
        gone = sa.select(sa.literal("delete"), -ENTRY.c.id, ENTRY.c.words).where(among(kind, ids))
        db.session.execute(sa.insert(TEXT).from_select(["search_text", "rowid", "words"], gone))
    db.session.execute(sa.delete(ENTRY).where(among(kind, ids)))


def clear() -> None:
    """Empty the index."""
    if not on_postgresql():
        db.session.execute(sa.insert(TEXT).values(search_text="delete-all"))
    db.session.execute(sa.delete(ENTRY))


def among(kind: Kind, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    return sa.and_(ENTRY.c.record_type == kind.name, ENTRY.c.record_id.in_(ids))


def entry_of(kind: Kind, told: Description) -> tuple[Any, ...]:
    """A description as a row of COLUMNS."""
    words = kind.words_of(tokens_of(told.names, told.texts, told.codes))
    key = name_key(told.names[0])[:KEY_LENGTH] if told.names else ""
    page_id = told.page_id or told.record_id
    return kind.name, told.record_id, page_id, told.title[:SHOWN], told.note[:SHOWN], key, told.archived, words


def in_batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """The ids, a thousand at a time."""
    waiting = iter(ids)
    while some := list(islice(waiting, AT_ONCE)):
        yield some
