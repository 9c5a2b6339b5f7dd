"""An index for rounds by their name."""

from __future__ import annotations

from alembic import op

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    op.create_index(op.f("ix_round_name"), "round", ["name"])


def downgrade() -> None:
    op.drop_index(op.f("ix_round_name"), table_name="round")
