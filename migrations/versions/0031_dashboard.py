"""Targets of figures by year, and how people arrange their dashboard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "target",
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    op.create_index(op.f("ix_target_year_metric"), "target", ["year", "metric"])
    op.create_table(
        "dashboard_view",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("cards", sa.String(400), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_dashboard_view_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboard_view")),
    )
    op.create_index(op.f("ix_dashboard_view_account_id"), "dashboard_view", ["account_id"])


def downgrade() -> None:
    op.drop_table("dashboard_view")
    op.drop_table("target")
