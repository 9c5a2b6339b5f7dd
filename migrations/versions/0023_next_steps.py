"""The next steps of somebody's deals, read by their day."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_index(op.f("ix_deal_owner_id_next_step_on"), "deal", ["owner_id", "next_step_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_deal_owner_id_next_step_on"), "deal")
