"""What startups and institutions say of the platform's role in deals and services."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = ("vocabulary", "code", "position", "name_zh", "name_en")
TERMS = (
    ("confirmation_state", "waiting", 1, "待确认", "Waiting"),
    ("confirmation_state", "confirmed", 2, "已确认", "Confirmed"),
    ("confirmation_state", "disputed", 3, "有异议", "Disputed"),
    ("confirming_side", "startup", 1, "企业", "Startup"),
    ("confirming_side", "institution", 2, "机构", "Institution"),
)


def upgrade() -> None:
    op.create_table(
        "confirmation_link",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_confirmation_link_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_confirmation_link_token_hash")),
    )
    op.create_table(
        "confirmation",
        sa.Column("service_id", ID, nullable=True),
        sa.Column("deal_id", ID, nullable=True),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("startup_id", ID, nullable=True),
        sa.Column("institution_id", ID, nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("claimed", sa.String(30), nullable=False),
        sa.Column("role", sa.String(30), nullable=True),
        sa.Column("word", sa.String(400), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_name", sa.String(80), nullable=False),
        sa.Column("link_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.CheckConstraint("(service_id IS NULL) <> (deal_id IS NULL)", name=op.f("ck_confirmation_one_record")),
        sa.CheckConstraint("(startup_id IS NULL) <> (institution_id IS NULL)", name=op.f("ck_confirmation_one_party")),
        sa.CheckConstraint("(side = 'startup') = (startup_id IS NOT NULL)", name=op.f("ck_confirmation_side_of_party")),
        *foreign_keys(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        *(
            sa.UniqueConstraint(record, party, name=op.f(f"uq_confirmation_{record}_{party}"))
            for record in ("service_id", "deal_id")
            for party in ("startup_id", "institution_id")
        ),
    )
    for columns in (
        ["state", "side", "asked_at", "id"],
        ["startup_id", "state"],
        ["institution_id", "state"],
        ["link_id"],
    ):
        op.create_index(op.f(f"ix_confirmation_{'_'.join(columns)}"), "confirmation", columns)
    term = sa.table("term", *(sa.column(name) for name in COLUMNS))
    op.bulk_insert(term, [dict(zip(COLUMNS, one, strict=True)) for one in TERMS])


def foreign_keys() -> list[sa.ForeignKeyConstraint]:
    targets = {
        "service_id": "service",
        "deal_id": "deal",
        "startup_id": "startup",
        "institution_id": "institution",
        "asked_by_id": "account",
        "answered_by_id": "account",
        "link_id": "confirmation_link",
    }
    return [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_confirmation_{column}"))
        for column, table in targets.items()
    ]


def downgrade() -> None:
    op.drop_table("confirmation")
    op.drop_table("confirmation_link")
    op.execute("DELETE FROM term WHERE vocabulary IN ('confirmation_state', 'confirming_side')")
