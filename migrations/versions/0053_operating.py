"""What operators see: which request asked for a job and what came of it, the processes that do jobs, maintenance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("name", name=op.f("uq_worker_name")),
    )
    with op.batch_alter_table("job", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("result", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("request_id", sa.String(32), nullable=False, server_default=""))
    with op.batch_alter_table("platform", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("maintenance_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("maintenance_note", sa.String(400), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("platform", reflect_kwargs=ALONE) as batch:
        batch.drop_column("maintenance_note")
        batch.drop_column("maintenance_at")
    with op.batch_alter_table("job", reflect_kwargs=ALONE) as batch:
        batch.drop_column("request_id")
        batch.drop_column("result")
    op.drop_table("worker")
