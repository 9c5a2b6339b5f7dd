"""Views of lists that accounts keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("query", sa.String(2000), nullable=False),
        sa.Column("columns", sa.String(400), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("last_id", ID, nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_view_account_id")),
        sa.ForeignKeyConstraint(
            ["last_id"], ["saved_view.id"], name=op.f("fk_saved_view_last_id"), ondelete="SET NULL"
        ),
        sa.UniqueConstraint("account_id", "kind", "name", name=op.f("uq_saved_view_account_id_kind_name")),
    )
    op.create_index(op.f("ix_saved_view_kind_is_shared"), "saved_view", ["kind", "is_shared"])


def downgrade() -> None:
    op.drop_table("saved_view")
