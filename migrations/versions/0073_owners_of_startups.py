"""Who at the desk answers for a startup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"

INDEX = "ix_startup_owner_id_archived_at_name_key_id"


def upgrade() -> None:
    op.add_column("startup", sa.Column("owner_id", sa.BigInteger, nullable=True))
    op.create_index(op.f(INDEX), "startup", ["owner_id", "archived_at", "name_key", "id"])


def downgrade() -> None:
    op.drop_index(op.f(INDEX), table_name="startup")
    op.drop_column("startup", "owner_id")
