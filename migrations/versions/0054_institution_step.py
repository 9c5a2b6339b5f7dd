"""What the institution of a deal is to do next, which it reads in the portal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"

ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are


def upgrade() -> None:
    with op.batch_alter_table("deal", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("institution_step", sa.String(200), nullable=False, server_default=""))
    with op.batch_alter_table("deal", reflect_kwargs=ALONE) as batch:
        batch.alter_column("institution_step", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("deal", reflect_kwargs=ALONE) as batch:
        batch.drop_column("institution_step")
