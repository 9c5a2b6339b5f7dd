"""Moves that were taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("deal_event") as table:
        table.add_column(sa.Column("reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        table.create_foreign_key(op.f("fk_deal_event_reverses_id"), "deal_event", ["reverses_id"], ["id"])
        table.create_unique_constraint(op.f("uq_deal_event_reverses_id"), ["reverses_id"])


def downgrade() -> None:
    with op.batch_alter_table("deal_event") as table:
        table.drop_constraint(op.f("uq_deal_event_reverses_id"), type_="unique")
        table.drop_constraint(op.f("fk_deal_event_reverses_id"), type_="foreignkey")
        table.drop_column("reverses_id")
