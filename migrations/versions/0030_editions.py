"""A report asks; an edition is the document: what has not changed since is not rendered again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are
FILE = (
    sa.Column("file_key", sa.String(80), nullable=True),
    sa.Column("pages", sa.Integer(), nullable=True),
    sa.Column("size", sa.Integer(), nullable=True),
)


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("code", sa.String(20), nullable=True),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("data_key", sa.String(80), nullable=True),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("page_keys", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("digest", name=op.f("uq_edition_digest")),
        sa.UniqueConstraint("code", name=op.f("uq_edition_code")),
    )
    op.create_index(op.f("ix_edition_file_key"), "edition", ["file_key"])
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("round_id", ID, nullable=True))
        batch.add_column(sa.Column("category_id", ID, nullable=True))
        batch.add_column(sa.Column("line", sa.String(40), nullable=False, server_default=""))
        batch.add_column(sa.Column("options", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("words", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("is_draft", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("is_reused", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("edition_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_report_round_id"), "round", ["round_id"], ["id"])
        batch.create_foreign_key(op.f("fk_report_category_id"), "service_category", ["category_id"], ["id"])
        batch.create_foreign_key(op.f("fk_report_edition_id"), "edition", ["edition_id"], ["id"])
    op.execute(
        "INSERT INTO edition (digest, number, file_key, pages, size, page_keys, made_at)"
        " SELECT file_key, '', file_key, coalesce(pages, 0), coalesce(size, 0), page_keys, made_at FROM report"
        " WHERE id IN (SELECT min(id) FROM report WHERE file_key IS NOT NULL GROUP BY file_key)"
    )
    op.execute("UPDATE report SET edition_id = (SELECT id FROM edition WHERE edition.file_key = report.file_key)")
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        for name in ("line", "options", "words", "is_draft", "is_reused"):
            batch.alter_column(name, server_default=None)
        for name in ("file_key", "pages", "size", "page_keys"):
            batch.drop_column(name)


def downgrade() -> None:
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        for column in FILE:
            batch.add_column(column.copy())
        batch.add_column(sa.Column("page_keys", sa.JSON(), nullable=False, server_default="[]"))
    for name in ("file_key", "pages", "size", "page_keys"):
        op.execute(
            f"UPDATE report SET {name} = (SELECT {name} FROM edition WHERE edition.id = report.edition_id)"  # noqa: S608
            " WHERE edition_id IS NOT NULL"
        )
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.alter_column("page_keys", server_default=None)
        for name in ("round_id", "category_id", "edition_id"):
            batch.drop_constraint(op.f(f"fk_report_{name}"), type_="foreignkey")
        for name in ("round_id", "category_id", "line", "options", "words", "is_draft", "is_reused", "edition_id"):
            batch.drop_column(name)
    op.drop_table("edition")
