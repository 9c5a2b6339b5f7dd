"""Which startups compete, as the desk says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "competition",
        sa.Column("id", ID, nullable=False),
        sa.Column("startup_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("startup_id < other_id", name=op.f("ck_competition_in_order")),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_competition_startup_id_startup")),
        sa.ForeignKeyConstraint(["other_id"], ["startup.id"], name=op.f("fk_competition_other_id_startup")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_competition_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition")),
        sa.UniqueConstraint("startup_id", "other_id", name=op.f("uq_competition_startup_id_other_id")),
    )
    op.create_index(op.f("ix_competition_other_id"), "competition", ["other_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_competition_other_id"), "competition")
    op.drop_table("competition")
