"""What flowed between funds and their investors, and the figures that funds reported."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
VOCABULARIES = {
    "flow_kind": [
        ("commitment", "认缴", "Commitment"),
        ("reduction", "认缴减少", "Commitment released"),
        ("call", "缴款", "Capital call"),
        ("distribution", "分配", "Distribution"),
        ("recallable", "可召回分配", "Recallable distribution"),
        ("reinvested", "分配再投资", "Reinvested distribution"),
    ],
    "fund_figure": [
        ("nav", "净值（NAV）", "Net asset value (NAV)"),
        ("dpi", "DPI", "DPI"),
        ("tvpi", "TVPI", "TVPI"),
        ("irr", "内部收益率（IRR）", "IRR"),
    ],
    "fee_basis": [
        ("net", "费后", "net"),
        ("gross", "费前", "gross"),
    ],
    "credit_line": [
        ("with", "含认缴授信", "with subscription line"),
        ("without", "不含认缴授信", "without subscription line"),
    ],
}
TERM = sa.table("term", *map(sa.column, ("vocabulary", "code", "position", "name_zh", "name_en")))


def upgrade() -> None:
    create(
        "fund_flow",
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_fund_flow_amount")),
    )
    op.create_index(op.f("ix_fund_flow_fund_id_happened_on"), "fund_flow", ["fund_id", "happened_on"])
    create(
        "fund_figure",
        sa.Column("measure", sa.String(20), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("fee_basis", sa.String(30), nullable=False),
        sa.Column("credit_line", sa.String(30), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("confirmed_by", sa.String(80), nullable=False),
    )
    op.create_index(op.f("ix_fund_figure_fund_id_as_of"), "fund_figure", ["fund_id", "as_of"])
    op.bulk_insert(TERM, list(terms()))


def downgrade() -> None:
    op.execute(TERM.delete().where(TERM.c.vocabulary.in_(VOCABULARIES)))
    op.drop_table("fund_figure")
    op.drop_table("fund_flow")


def create(name: str, *columns: sa.Column[object] | sa.CheckConstraint) -> None:
    op.create_table(
        name,
        sa.Column("fund_id", ID, nullable=False),
        *columns,
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f(f"fk_{name}_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def terms() -> Iterator[dict[str, object]]:
    for vocabulary, words in VOCABULARIES.items():
        for position, (code, zh, en) in enumerate(words, 1):
            yield {"vocabulary": vocabulary, "code": code, "position": position, "name_zh": zh, "name_en": en}
