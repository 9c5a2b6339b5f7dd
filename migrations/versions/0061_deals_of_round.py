"""An index for the deals of a round: which rounds have any outside the bin, and which of them moved last."""

from __future__ import annotations

from alembic import op

revision = "0061"
down_revision = "0060"

NAME = "ix_deal_round_id_archived_at_moved_on_id"


def upgrade() -> None:
    op.create_index(op.f(NAME), "deal", ["round_id", "archived_at", "moved_on", "id"])


def downgrade() -> None:
    op.drop_index(op.f(NAME), table_name="deal")
