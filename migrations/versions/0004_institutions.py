"""The whole record of an institution: its brand, what it invests in, its status at AMAC, its admissions."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = [
    ("securities_fund", "券商私募子公司", "Securities firm's fund subsidiary"),
    ("accelerator", "孵化加速机构", "Accelerator"),
]
VOCABULARIES = {
    "amac_status": [
        ("registered", "已登记", "Registered"),
        ("deregistered", "已注销", "Deregistered"),
        ("abnormal", "异常经营", "Abnormal operation"),
        ("not_required", "无需登记", "Not required"),
    ],
    "admission_check": [
        ("amac", "协会登记", "AMAC registration"),
        ("licence", "金融牌照", "Financial licence"),
        ("business_licence", "营业执照", "Business licence"),
        ("other", "其他", "Other"),
    ],
    "admission_result": [
        ("admitted", "准入", "Admitted"),
        ("suspended", "暂停", "Suspended"),
        ("refused", "不予准入", "Refused"),
    ],
    "currency": [
        ("CNY", "人民币", "CNY"),
        ("USD", "美元", "USD"),
        ("HKD", "港元", "HKD"),
        ("EUR", "欧元", "EUR"),
        ("SGD", "新加坡元", "SGD"),
        ("JPY", "日元", "JPY"),
        ("GBP", "英镑", "GBP"),
    ],
    "invest_role": [
        ("lead", "领投", "Lead"),
        ("follow", "跟投", "Follow"),
        ("either", "领投、跟投均可", "Lead or follow"),
        ("sole", "独投", "Sole"),
    ],
    "deal_structure": [
        ("domestic", "内资", "Domestic"),
        ("red_chip", "红筹", "Red chip"),
        ("vie", "VIE", "VIE"),
    ],
}
TERM = sa.table("term", *(sa.column(name) for name in ("vocabulary", "code", "position", "name_zh", "name_en")))
CODES = ("other_kinds", "verticals", "currencies", "structures", "regions", "excluded_sectors", "excluded_verticals")
TEXTS = ("exclusions", "thesis")


def upgrade() -> None:
    op.create_table(
        "brand",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_key", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("name_key", name=op.f("uq_brand_name_key")),
    )
    with op.batch_alter_table("institution") as table:
        table.add_column(sa.Column("brand_id", ID, nullable=True))
        table.add_column(sa.Column("amac_status", sa.String(30), nullable=True))
        table.add_column(sa.Column("amac_checked_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("invest_role", sa.String(30), nullable=True))
        for name in CODES:
            table.add_column(sa.Column(name, sa.String(400), nullable=False, server_default=""))
        for name in TEXTS:
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        table.create_foreign_key(op.f("fk_institution_brand_id"), "brand", ["brand_id"], ["id"])
        table.create_index(op.f("ix_institution_brand_id"), ["brand_id"])
    with op.batch_alter_table("institution") as table:
        for name in CODES:
            table.alter_column(name, existing_type=sa.String(400), existing_nullable=False, server_default=None)
        for name in TEXTS:
            table.alter_column(name, existing_type=sa.Text(), existing_nullable=False, server_default=None)
    create_admission()
    place_other(30)
    op.bulk_insert(TERM, list(terms()))


def downgrade() -> None:
    op.execute(TERM.delete().where(TERM.c.vocabulary.in_(VOCABULARIES)))
    place_other(15)
    codes = [code for code, _, _ in KINDS]
    op.execute(TERM.delete().where(TERM.c.vocabulary == "institution_kind", TERM.c.code.in_(codes)))
    institution = sa.table("institution", sa.column("kind"))
    op.execute(institution.update().where(institution.c.kind.in_(codes)).values(kind="other"))
    op.drop_table("admission")
    with op.batch_alter_table("institution") as table:
        table.drop_index(op.f("ix_institution_brand_id"))
        table.drop_constraint(op.f("fk_institution_brand_id"), type_="foreignkey")
        for name in (*TEXTS, *CODES, "invest_role", "amac_checked_on", "amac_status", "brand_id"):
            table.drop_column(name)
    op.drop_table("brand")


def place_other(position: int) -> None:
    """Let "other" stand last among the kinds."""
    is_other = sa.and_(TERM.c.vocabulary == "institution_kind", TERM.c.code == "other")
    op.execute(TERM.update().where(is_other).values(position=position))


def terms() -> Iterator[dict[str, object]]:
    """The words of the new vocabularies; the new kinds stand after those of the first release."""
    for vocabulary, words in {"institution_kind": KINDS, **VOCABULARIES}.items():
        first = 21 if vocabulary == "institution_kind" else 1
        for position, (code, zh, en) in enumerate(words, first):
            yield {"vocabulary": vocabulary, "code": code, "position": position, "name_zh": zh, "name_en": en}


def create_admission() -> None:
    op.create_table(
        "admission",
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("checked", sa.String(30), nullable=False),
        sa.Column("result", sa.String(30), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.String(80), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("recheck_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_admission_institution_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_admission_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission")),
    )
    op.create_index(
        op.f("ix_admission_institution_id_checked_on_id"), "admission", ["institution_id", "checked_on", "id"]
    )
    op.create_index(op.f("ix_admission_recheck_on_institution_id"), "admission", ["recheck_on", "institution_id"])
