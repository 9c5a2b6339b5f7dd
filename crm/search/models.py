"""What each record is found by."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, db, text

NAME_KEY = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")


class SearchEntry(Base):
    """One record as searching knows it. A changed record gets a new entry, so that the highest id changed last.

    `words`: the tokens of `crm.lib.grams`, set apart by spaces. They are searched in the table `search_text`, which is
    FTS5 on SQLite and a `tsvector` with a GIN index on PostgreSQL; `actions` write both. `name_key` is what the shown
    name begins with. `page_id`: the record whose page shows this one.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        sa.UniqueConstraint("record_type", "record_id"),
        sa.Index(None, "record_type", "name_key", "id"),
    )

    record_type: Mapped[str] = mapped_column(sa.String(30))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    page_id: Mapped[int] = mapped_column(sa.BigInteger)
    title: Mapped[str] = text(250)
    note: Mapped[str] = text(250)
    name_key: Mapped[str] = mapped_column(NAME_KEY, default="")
    archived: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(sa.Text, default="")


ENTRY = cast(sa.Table, SearchEntry.__table__)
# No table of the metadata: neither a virtual table nor a tsvector is a model. SQLite calls the key rowid.
TEXT = sa.table("search_text", *map(sa.column, ("id", "rowid", "record_type", "words", "search_text")))


def on_postgresql() -> bool:
    """Which of the two kinds of index this database has."""
    return db.session().get_bind().dialect.name == "postgresql"
