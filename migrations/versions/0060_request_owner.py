"""Who of the desk answers a question, and who sets a meeting, that an investor asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are
TABLES = ("question", "appointment")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, reflect_kwargs=ALONE) as batch:
            batch.add_column(sa.Column("owner_id", ID, nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_owner_id_account"), "account", ["owner_id"], ["id"])
            batch.create_index(op.f(f"ix_{table}_owner_id_state"), ["owner_id", "state"])


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, reflect_kwargs=ALONE) as batch:
            batch.drop_index(op.f(f"ix_{table}_owner_id_state"))
            batch.drop_constraint(op.f(f"fk_{table}_owner_id_account"), type_="foreignkey")
            batch.drop_column("owner_id")
