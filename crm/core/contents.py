"""Which contents of the storage are in use, and what becomes of those that are not.

Content is kept before the row that names it is committed: a process that dies between leaves content without a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.core.db import Base, db
from crm.core.periodic import once_a_day
from crm.core.storage import storage

KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")
LEFT_FOR = timedelta(days=1)  # no request and no job takes that long between keeping content and committing its row
NO_CONTENT = ("name_key", "short_key")


@cache
def holders() -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The columns of all tables that name content: one key each, and lists of keys."""
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    single = [one for one in columns if one.name.endswith("_key") and one.name not in NO_CONTENT]
    return tuple(single), tuple(one for one in columns if one.name.endswith("_keys"))


def is_used(key: str) -> bool:
    """True while any row names this content."""
    single, several = holders()
    uses = [sa.exists().where(column == key) for column in single]
    uses += [sa.exists().where(sa.cast(column, sa.Text).contains(key)) for column in several]
    return bool(db.session.scalar(sa.select(sa.or_(*uses))))


def used_keys() -> set[str]:
    """The keys of all content that rows name."""
    single, several = holders()
    found: set[str] = set()
    for column in single:
        found.update(db.session.scalars(sa.select(column).where(column.is_not(None))))
    for column in several:
        for keys in db.session.scalars(sa.select(column)):
            found.update(keys or ())
    return found


def sweep(at: datetime) -> list[str]:
    """Delete content that no row has named for a day, and what a killed process left half written; says which."""
    before, used = at - LEFT_FOR, used_keys()
    unused = [key for key in older_than(before) if key not in used]
    for key in unused:
        if storage.was_kept_before(key, before):  # somebody may just have sent the same content
            storage.delete(key)
    storage.forget_halves(before)
    return unused


def older_than(before: datetime) -> Iterator[str]:
    return (key for key in storage.keys_before(before) if KEY.fullmatch(key))


def sweep_daily(at: datetime) -> None:
    """The same, once a day."""
    once_a_day("sweep contents", lambda: sweep(at), at=at)
