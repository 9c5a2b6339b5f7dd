"""Changes that founders propose, and whether they read the names of institutions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "change_proposal",
        sa.Column("startup_id", ID, nullable=False),
        sa.Column("record_type", sa.String(30), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=True),
        sa.Column("record_name", sa.String(200), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("word", sa.String(400), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_change_proposal_startup_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_change_proposal_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_change_proposal_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_proposal")),
    )
    for columns in (["state", "startup_id", "id"], ["startup_id", "proposed_at", "id"]):
        op.create_index(op.f(f"ix_change_proposal_{'_'.join(columns)}"), "change_proposal", columns)
    with op.batch_alter_table("platform") as batch:
        batch.add_column(sa.Column("names_institutions", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("platform") as batch:
        batch.alter_column("names_institutions", server_default=None)


def downgrade() -> None:
    """Files that were sent with a proposal stay in the storage, without a record that they belong to."""
    op.execute("DELETE FROM document WHERE record_type = 'change_proposal'")
    with op.batch_alter_table("platform") as batch:
        batch.drop_column("names_institutions")
    op.drop_table("change_proposal")
