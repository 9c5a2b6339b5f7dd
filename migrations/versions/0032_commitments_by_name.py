"""The commitments that were recorded under a name, read along an index."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_index(op.f("ix_commitment_investor_name"), "commitment", ["investor_name"])


def downgrade() -> None:
    op.drop_index(op.f("ix_commitment_investor_name"), "commitment")
