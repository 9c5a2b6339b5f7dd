"""Which documents of its data room a startup authorised, and folders in folders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are


def upgrade() -> None:
    op.create_table(
        "authorised_document",
        sa.Column("id", ID, nullable=False),
        sa.Column("authorisation_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.id"],
            name=op.f("fk_authorised_document_authorisation_id_authorisation"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["room_document.id"], name=op.f("fk_authorised_document_document_id_room_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorised_document")),
        sa.UniqueConstraint(
            "authorisation_id", "document_id", name=op.f("uq_authorised_document_authorisation_id_document_id")
        ),
    )
    op.create_index(
        op.f("ix_authorised_document_document_id_authorisation_id"),
        "authorised_document",
        ["document_id", "authorisation_id"],
    )
    # What was signed before named its documents in words alone: what is open stays open.
    with op.batch_alter_table("authorisation", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("all_documents", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("authorisation", reflect_kwargs=ALONE) as batch:
        batch.alter_column("all_documents", server_default=None)
    with op.batch_alter_table("room_folder", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("parent_id", ID, nullable=True))
        batch.add_column(sa.Column("path", sa.String(80), nullable=False, server_default=""))
        batch.create_foreign_key(op.f("fk_room_folder_parent_id_room_folder"), "room_folder", ["parent_id"], ["id"])
        batch.create_index(op.f("ix_room_folder_parent_id"), ["parent_id"])
    op.execute("UPDATE room_folder SET path = '/' || id || '/'")
    with op.batch_alter_table("room_folder", reflect_kwargs=ALONE) as batch:
        batch.alter_column("path", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("room_folder", reflect_kwargs=ALONE) as batch:
        batch.drop_constraint(op.f("fk_room_folder_parent_id_room_folder"), type_="foreignkey")
        batch.drop_index(op.f("ix_room_folder_parent_id"))
        batch.drop_column("path")
        batch.drop_column("parent_id")
    with op.batch_alter_table("authorisation", reflect_kwargs=ALONE) as batch:
        batch.drop_column("all_documents")
    op.drop_index(op.f("ix_authorised_document_document_id_authorisation_id"), "authorised_document")
    op.drop_table("authorised_document")
