"""Of some reports, anybody who verifies them sees the headline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are


def upgrade() -> None:
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("is_public", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.alter_column("is_public", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.drop_column("is_public")
