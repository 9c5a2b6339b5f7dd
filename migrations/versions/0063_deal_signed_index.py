"""The deals of an institution about which money was signed, for the receipts of its timeline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"

SIGNED = sa.text("signed IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_deal_signed_of_institution",
        "deal",
        ["institution_id", "archived_at"],
        sqlite_where=SIGNED,
        postgresql_where=SIGNED,
    )


def downgrade() -> None:
    op.drop_index("ix_deal_signed_of_institution", "deal")
