"""Terms of confidentiality, their versions, and who accepted which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "confidentiality_terms",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_confidentiality_terms_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confidentiality_terms")),
        sa.UniqueConstraint("number", name=op.f("uq_confidentiality_terms_number")),
    )
    op.create_table(
        "acceptance",
        sa.Column("terms_id", ID, nullable=False),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("means", sa.Enum("portal", "paper", name="means", native_enum=False, length=20), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("signed_by", sa.String(80), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["terms_id"], ["confidentiality_terms.id"], name=op.f("fk_acceptance_terms_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_acceptance_institution_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_acceptance_account_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_acceptance_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
    )
    op.create_index(
        op.f("ix_acceptance_institution_id_account_id_terms_id"),
        "acceptance",
        ["institution_id", "account_id", "terms_id"],
    )
    op.create_index(op.f("ix_acceptance_recorded_at_id"), "acceptance", ["recorded_at", "id"])
    op.create_index(op.f("ix_acceptance_until_id"), "acceptance", ["until", "id"])


def downgrade() -> None:
    op.drop_table("acceptance")
    op.drop_table("confidentiality_terms")
