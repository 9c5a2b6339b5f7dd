"""What the operator may change: the platform, the vocabularies with their versions, and who used which version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXTS = {
    "name_zh": 60, "name_en": 60, "contact_zh": 200, "contact_en": 200, "icp_number": 60, "police_number": 60,
    "disclaimer_zh": 400, "disclaimer_en": 400, "notice_zh": 400, "notice_en": 400, "logo_key": 80, "logo_name": 200,
    "logo_type": 60, "stamp": 32,
}  # fmt: skip
FIRST = {
    "disclaimer_zh": "仅供受邀机构参考，不构成要约或投资建议",
    "disclaimer_en": "For invited institutions only; neither an offer nor investment advice",
    "notice_zh": "本系统不得存储、处理国家秘密。",
    "notice_en": "No state secrets may be stored or processed in this system.",
}


def upgrade() -> None:
    platform = op.create_table(
        "platform",
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in TEXTS.items()),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
    )
    op.bulk_insert(platform, [dict.fromkeys(TEXTS, "") | FIRST | {"id": 1, "version": 1}])
    op.create_table(
        "vocabulary_version",
        sa.Column("vocabulary", sa.String(30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("by_name", sa.String(80), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_vocabulary_version_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary_version")),
        sa.UniqueConstraint("vocabulary", "number", name=op.f("uq_vocabulary_version_vocabulary_number")),
    )
    with op.batch_alter_table("term") as table:
        table.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("deal_event") as table:
        table.add_column(sa.Column("stages_version", sa.Integer(), nullable=True))
    with op.batch_alter_table("report") as table:
        table.add_column(sa.Column("vocabularies", sa.JSON(), nullable=True))
    with op.batch_alter_table("startup") as table:
        table.add_column(sa.Column("layer_version", sa.Integer(), nullable=True))
        table.add_column(sa.Column("vertical_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("startup") as table:
        table.drop_column("vertical_version")
        table.drop_column("layer_version")
    with op.batch_alter_table("report") as table:
        table.drop_column("vocabularies")
    with op.batch_alter_table("deal_event") as table:
        table.drop_column("stages_version")
    with op.batch_alter_table("term") as table:
        table.drop_column("retired_at")
    op.drop_table("vocabulary_version")
    op.drop_table("platform")
