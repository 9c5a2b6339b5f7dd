"""Each kind of record has words of its own in the search index, and on SQLite the newest entries come first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"

# The mark of a kind went before its tokens; now each token begins with two letters of the kind.
TAGGED = (
    "UPDATE search_entry SET words = substr(record_type, 1, 2)"
    " || replace(substr(words, length(record_type) + 3), ' ', ' ' || substr(record_type, 1, 2))"
    " WHERE length(words) > length(record_type) + 1",
    "UPDATE search_entry SET words = '' WHERE substr(words, 1, 1) = '\ue001'",
)
MARKED = (
    "UPDATE search_entry SET words = '\ue001' || record_type"
    " || CASE WHEN words = '' THEN '' ELSE replace(' ' || words, ' ' || substr(record_type, 1, 2), ' ') END",
)
VECTOR = (
    "(SELECT coalesce(string_agg('''' || word || ''':' || place, ' '), '')::tsvector"
    " FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS token (word, place))"
)
INDEX = "ix_search_text_words"
AS_BEFORE = "words, content='search_entry', content_rowid='id', tokenize='ascii', columnsize=0"
ON_ITS_OWN = "words, content='', tokenize='ascii', columnsize=0"


def upgrade() -> None:
    rewrite(TAGGED, ON_ITS_OWN, "-id")


def downgrade() -> None:
    rewrite(MARKED, AS_BEFORE, "id")


def rewrite(changes: tuple[str, ...], columns: str, key: str) -> None:
    """Write the words anew, and the index of them."""
    for change in changes:
        op.execute(sa.text(change))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_text")
        op.execute(f"CREATE VIRTUAL TABLE search_text USING fts5({columns})")
        op.execute(f"INSERT INTO search_text (rowid, words) SELECT {key}, words FROM search_entry ORDER BY {key}")  # noqa: S608
    else:
        op.drop_index(INDEX, table_name="search_text")
        op.execute("TRUNCATE search_text")
        op.execute(
            f"INSERT INTO search_text (id, record_type, words) SELECT id, record_type, {VECTOR} FROM search_entry"  # noqa: S608
        )
        op.create_index(INDEX, "search_text", ["words"], postgresql_using="gin")
        op.execute("ANALYZE search_text")
