"""What each service type measures, in versions; what services say in it, and as what the platform took part."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GRANTED = [("granted", "发放", "Granted", "text", "", ""), ("used", "使用", "Used", "text", "", "")]
FIELDS = {
    "introduction": [
        ("introductions", "引荐机构", "Introductions", "number", "家", ""),
        ("reply_rate", "回复率", "Reply rate", "percent", "", ""),
        ("days_to_meeting", "首次会面用时", "Days to first meeting", "number", "天", "days"),
        ("term_sheets", "条款意见", "Term sheets", "number", "份", ""),
        ("received", "到账金额", "Received amount", "amount", "", ""),
    ],
    "roadshow": [
        ("startups", "参加企业", "Startups", "number", "家", ""),
        ("institutions", "参加机构", "Institutions", "number", "家", ""),
        ("follow_ups", "30 天内后续对接", "Follow-ups within 30 days", "number", "次", ""),
    ],
    "coaching": [
        ("delivered", "已交付", "Delivered on", "day", "", ""),
        ("signed_off", "企业已确认", "Signed off", "yes_no", "", ""),
    ],
    "policy": [
        ("filed", "申报日期", "Filed on", "day", "", ""),
        ("approved", "是否获批", "Approved", "yes_no", "", ""),
        ("amount", "获批金额", "Amount granted", "amount", "", ""),
    ],
    "credit": [
        ("approved", "批复金额", "Approved", "amount", "", ""),
        ("drawn", "提款金额", "Drawn", "amount", "", ""),
        ("rate", "年利率", "Annual rate", "percent", "", ""),
    ],
    "listing": [
        ("milestone", "里程碑", "Milestone", "text", "", ""),
        ("milestone_on", "里程碑日期", "Milestone date", "day", "", ""),
    ],
    "compute": GRANTED,
    "corpus": GRANTED,
    "talent": GRANTED,
    "scenario": GRANTED,
}
KEYS = ("key", "name_zh", "name_en", "kind", "unit_zh", "unit_en")
ROLES = (("brought_about", "促成", "Brought about"), ("assisted", "协助", "Assisted"), ("aware", "知悉", "Aware of"))

CATEGORY = sa.table("service_category", sa.column("id"), sa.column("code"))
TYPE = sa.table("service_type", sa.column("category_id"), sa.column("outcome_fields", sa.JSON()))
TERM = sa.table("term", *map(sa.column, ("vocabulary", "code", "position", "name_zh", "name_en")))


def upgrade() -> None:
    op.create_table(
        "service_type_version",
        sa.Column("type_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("outcome_fields", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["service_type.id"], name=op.f("fk_service_type_version_type_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_service_type_version_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_type_version")),
        sa.UniqueConstraint("type_id", "number", name=op.f("uq_service_type_version_type_id_number")),
    )
    with op.batch_alter_table("service_type") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("outcome_fields", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("service_type") as table:
        table.alter_column("number", server_default=None)
        table.alter_column("outcome_fields", server_default=None)
    with op.batch_alter_table("service") as table:
        table.add_column(sa.Column("platform_role", sa.String(30), nullable=True))
        table.add_column(sa.Column("outcomes", sa.JSON(), nullable=True))
        table.add_column(sa.Column("type_version", sa.Integer(), nullable=True))
    seed()


def seed() -> None:
    connection = op.get_bind()
    for code, fields in FIELDS.items():
        category = sa.select(CATEGORY.c.id).where(CATEGORY.c.code == code).scalar_subquery()
        kept = [dict(zip(KEYS, field, strict=True)) for field in fields]
        connection.execute(sa.update(TYPE).where(TYPE.c.category_id == category).values(outcome_fields=kept))
    words = [
        {"vocabulary": "platform_role", "code": code, "position": position, "name_zh": zh, "name_en": en}
        for position, (code, zh, en) in enumerate(ROLES, 1)
    ]
    op.bulk_insert(TERM, words)


def downgrade() -> None:
    op.execute(sa.delete(TERM).where(TERM.c.vocabulary == "platform_role"))
    with op.batch_alter_table("service") as table:
        table.drop_column("type_version")
        table.drop_column("outcomes")
        table.drop_column("platform_role")
    with op.batch_alter_table("service_type") as table:
        table.drop_column("outcome_fields")
        table.drop_column("number")
    op.drop_table("service_type_version")
