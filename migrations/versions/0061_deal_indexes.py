"""Indexes for deals: of a round, of an owner by their last move, and of an institution as the board shows them."""

from __future__ import annotations

from alembic import op

revision = "0061"
down_revision = "0060"

INDEXES = {
    "ix_deal_round_id_archived_at_moved_on_id": ["round_id", "archived_at", "moved_on", "id"],
    "ix_deal_owner_id_archived_at_moved_on_id": ["owner_id", "archived_at", "moved_on", "id"],
    "ix_deal_by_lane_of_institution": ["institution_id", "archived_at", "stage", "status", "entered_on", "id"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "deal", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(op.f(name), table_name="deal")
