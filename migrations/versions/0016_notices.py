"""Notices in the application."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("record_type", sa.String(30), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("by_name", sa.String(80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "account_id",
            "day",
            "kind",
            "record_type",
            "record_id",
            name=op.f("uq_notice_account_id_day_kind_record_type_record_id"),
        ),
    )
    op.create_index(op.f("ix_notice_account_id_read_at_at_id"), "notice", ["account_id", "read_at", "at", "id"])
    op.create_index(op.f("ix_notice_account_id_at_id"), "notice", ["account_id", "at", "id"])
    op.create_index(op.f("ix_notice_record_type_record_id"), "notice", ["record_type", "record_id"])


def downgrade() -> None:
    op.drop_table("notice")
