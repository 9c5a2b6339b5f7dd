"""The pages of a report as pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("report") as table:
        table.add_column(sa.Column("page_keys", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("report") as table:
        table.alter_column("page_keys", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("report") as table:
        table.drop_column("page_keys")
