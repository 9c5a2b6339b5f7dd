"""The index of everything."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

SQLITE = (
    "CREATE VIRTUAL TABLE search_text USING fts5("
    "words, content='search_entry', content_rowid='id', tokenize='ascii', columnsize=0)",
)
POSTGRESQL = (
    "CREATE TABLE search_text (id BIGINT CONSTRAINT pk_search_text PRIMARY KEY"
    " CONSTRAINT fk_search_text_id REFERENCES search_entry (id) ON DELETE CASCADE,"
    " record_type VARCHAR(30) NOT NULL, words tsvector NOT NULL)",
    "CREATE INDEX ix_search_text_words ON search_text USING gin (words)",
    # By -id, so that the newest of a kind cannot be looked for along the primary key, through all other kinds.
    "CREATE INDEX ix_search_text_record_type_newest ON search_text (record_type, (-id))",
    # The planner takes every typed text for rarer or commoner than it is: this always asks the GIN index.
    "CREATE FUNCTION search_ids(asked tsquery, most integer) RETURNS SETOF bigint LANGUAGE sql STABLE ROWS 50"
    " SET enable_seqscan = off SET enable_indexscan = off"
    " AS 'SELECT id FROM search_text WHERE words @@ asked LIMIT most'",
)


def upgrade() -> None:
    name_key = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
    op.create_table(
        "search_entry",
        sa.Column("record_type", sa.String(30), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(250), nullable=False),
        sa.Column("note", sa.String(250), nullable=False),
        sa.Column("name_key", name_key, nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("record_type", "record_id", name=op.f("uq_search_entry_record_type_record_id")),
    )
    op.create_index(op.f("ix_search_entry_record_type_name_key_id"), "search_entry", ["record_type", "name_key", "id"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_ids(tsquery, integer)")
    op.execute("DROP TABLE search_text")
    op.drop_table("search_entry")
