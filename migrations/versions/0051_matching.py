"""Up to which entry of the history matches know of changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are


def upgrade() -> None:
    with op.batch_alter_table("match_run", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("entry_id", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("match_run", reflect_kwargs=ALONE) as batch:
        batch.alter_column("entry_id", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("match_run", reflect_kwargs=ALONE) as batch:
        batch.drop_column("entry_id")
