"""What the figures counted as it was known at any moment, and what was reported of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "known_fact",
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(300), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("known_from", MOMENT, nullable=False),
        sa.Column("known_until", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_fact")),
    )
    op.create_index(
        op.f("ix_known_fact_metric_version_known_until_known_from"),
        "known_fact",
        ["metric", "version", "known_until", "known_from"],
    )
    op.create_table(
        "snapshot",
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("definition_zh", sa.Text(), nullable=False),
        sa.Column("definition_en", sa.Text(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
    )
    op.create_index(op.f("ix_snapshot_metric_taken_at"), "snapshot", ["metric", "taken_at"])
    op.create_table(
        "submitted_figure",
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("metric_version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("submitted_to", sa.String(120), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_submitted_figure_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submitted_figure")),
    )
    op.create_index(op.f("ix_submitted_figure_metric_as_of"), "submitted_figure", ["metric", "as_of"])


def downgrade() -> None:
    op.drop_table("submitted_figure")
    op.drop_table("snapshot")
    op.drop_table("known_fact")
