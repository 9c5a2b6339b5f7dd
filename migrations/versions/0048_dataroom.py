"""Data rooms: folders, documents, versions, who may read them, who did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OF_STARTUP = sa.text("deal_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "room",
        sa.Column("startup_id", ID, nullable=False),
        sa.Column("deal_id", ID, nullable=True),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_room_startup_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_room_deal_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_room_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("deal_id", name=op.f("uq_room_deal_id")),
    )
    op.create_index(
        "uq_room_of_startup",
        "room",
        ["startup_id"],
        unique=True,
        sqlite_where=OF_STARTUP,
        postgresql_where=OF_STARTUP,
    )
    op.create_index(op.f("ix_room_startup_id"), "room", ["startup_id"])
    op.create_table(
        "room_folder",
        sa.Column("room_id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_folder_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_folder")),
    )
    op.create_index(op.f("ix_room_folder_room_id_archived_at_name"), "room_folder", ["room_id", "archived_at", "name"])
    op.create_table(
        "room_document",
        sa.Column("room_id", ID, nullable=False),
        sa.Column("folder_id", ID, nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("in_force", sa.Integer(), nullable=False),
        sa.Column("is_pitch_deck", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_document_room_id")),
        sa.ForeignKeyConstraint(["folder_id"], ["room_folder.id"], name=op.f("fk_room_document_folder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_document")),
    )
    op.create_index(op.f("ix_room_document_room_id_archived_at_id"), "room_document", ["room_id", "archived_at", "id"])
    op.create_index(op.f("ix_room_document_folder_id_archived_at"), "room_document", ["folder_id", "archived_at"])
    op.create_table(
        "room_version",
        sa.Column("document_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("page_keys", sa.JSON(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("job_id", ID, nullable=True),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["room_document.id"], name=op.f("fk_room_version_document_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_room_version_job_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_room_version_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_version")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_room_version_document_id_number")),
    )
    op.create_index(op.f("ix_room_version_file_key"), "room_version", ["file_key"])
    op.create_table(
        "room_grant",
        sa.Column("room_id", ID, nullable=False),
        sa.Column("institution_id", ID, nullable=True),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("folder_id", ID, nullable=True),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("may_download", sa.Boolean(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.CheckConstraint("(institution_id IS NULL) <> (account_id IS NULL)", name=op.f("ck_room_grant_one_reader")),
        sa.CheckConstraint("folder_id IS NULL OR document_id IS NULL", name=op.f("ck_room_grant_one_scope")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_grant_room_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_room_grant_institution_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_room_grant_account_id")),
        sa.ForeignKeyConstraint(["folder_id"], ["room_folder.id"], name=op.f("fk_room_grant_folder_id")),
        sa.ForeignKeyConstraint(["document_id"], ["room_document.id"], name=op.f("fk_room_grant_document_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_room_grant_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_grant")),
    )
    op.create_index(op.f("ix_room_grant_room_id_revoked_at"), "room_grant", ["room_id", "revoked_at"])
    op.create_index(
        op.f("ix_room_grant_institution_id_revoked_at_room_id"),
        "room_grant",
        ["institution_id", "revoked_at", "room_id"],
    )
    op.create_index(
        op.f("ix_room_grant_account_id_revoked_at_room_id"), "room_grant", ["account_id", "revoked_at", "room_id"]
    )
    op.create_index(op.f("ix_room_grant_until_id"), "room_grant", ["until", "id"])
    op.create_table(
        "room_access",
        sa.Column("document_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column(
            "what", sa.Enum("opened", "downloaded", name="reading", native_enum=False, length=20), nullable=False
        ),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["room_document.id"], name=op.f("fk_room_access_document_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_room_access_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_access")),
    )
    op.create_index(op.f("ix_room_access_document_id_id"), "room_access", ["document_id", "id"])
    op.create_index(
        op.f("ix_room_access_account_id_document_id_at"), "room_access", ["account_id", "document_id", "at"]
    )


def downgrade() -> None:
    for name in ("room_access", "room_grant", "room_version", "room_document", "room_folder", "room"):
        op.drop_table(name)
