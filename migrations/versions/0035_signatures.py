"""A rendered document may be signed; the unsigned file stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are


def upgrade() -> None:
    with op.batch_alter_table("edition", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("signed_key", sa.String(80), nullable=True))
        batch.add_column(sa.Column("signed_by", sa.String(80), nullable=False, server_default=""))
        batch.create_index(op.f("ix_edition_signed_key"), ["signed_key"])
    with op.batch_alter_table("edition", reflect_kwargs=ALONE) as batch:
        batch.alter_column("signed_by", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("edition", reflect_kwargs=ALONE) as batch:
        batch.drop_index(op.f("ix_edition_signed_key"))
        batch.drop_column("signed_by")
        batch.drop_column("signed_key")
