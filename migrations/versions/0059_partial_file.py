"""Files of data rooms that are sent in pieces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
POINTS_TO = {"room_id": "room", "folder_id": "room_folder", "document_id": "room_document", "account_id": "account"}


def upgrade() -> None:
    op.create_table(
        "partial_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("folder_id", ID, nullable=True),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("piece_keys", sa.JSON(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partial_file")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_partial_file_{column}_{table}"))
            for column, table in POINTS_TO.items()
        ),
    )
    op.create_index(op.f("ix_partial_file_account_id_room_id"), "partial_file", ["account_id", "room_id"])
    op.create_index(op.f("ix_partial_file_changed_at"), "partial_file", ["changed_at"])


def downgrade() -> None:
    op.drop_table("partial_file")
