"""What was pasted and waits to be confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "paste",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_paste_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paste")),
    )
    op.create_index(
        op.f("ix_paste_account_id_done_at_archived_at_id"), "paste", ["account_id", "done_at", "archived_at", "id"]
    )
    op.create_index(op.f("ix_paste_made_at"), "paste", ["made_at"])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM document WHERE record_type = 'paste'"))
    op.drop_table("paste")
