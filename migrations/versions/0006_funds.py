"""The whole record of a fund: what it invests in, who reported its figures, and local investment requirements."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VOCABULARIES = {
    "requirement_base": [
        ("contribution", "出资额", "Contribution"),
        ("fund_size", "基金认缴规模", "Committed size of the fund"),
        ("paid_in", "实缴额", "Paid-in amount"),
    ],
    "requirement_unit": [
        ("multiple", "倍", "times"),
        ("percent", "%", "%"),
    ],
}
TERM = sa.table("term", *(sa.column(name) for name in ("vocabulary", "code", "position", "name_zh", "name_en")))
STRINGS = {
    **dict.fromkeys(
        ("verticals", "currencies", "structures", "regions", "excluded_sectors", "excluded_verticals"), 400
    ),
    "reported_source": 120,
    "confirmed_by": 80,
}
TEXTS = ("exclusions", "thesis")


def upgrade() -> None:
    with op.batch_alter_table("fund") as table:
        table.add_column(sa.Column("reserved", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("reported_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("investment_begins_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("invest_role", sa.String(30), nullable=True))
        for name, length in STRINGS.items():
            table.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
        for name in TEXTS:
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        table.create_index(op.f("ix_fund_investment_ends_on"), ["investment_ends_on"])
    with op.batch_alter_table("fund") as table:
        for name, length in STRINGS.items():
            table.alter_column(name, existing_type=sa.String(length), existing_nullable=False, server_default=None)
        for name in TEXTS:
            table.alter_column(name, existing_type=sa.Text(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("commitment") as table:
        table.add_column(sa.Column("from_institution_id", ID, nullable=True))
        table.add_column(sa.Column("paid_in", sa.BigInteger(), nullable=True))
        table.create_foreign_key(
            op.f("fk_commitment_from_institution_id"), "institution", ["from_institution_id"], ["id"]
        )
        table.create_index(op.f("ix_commitment_from_institution_id"), ["from_institution_id"])
    create_local_requirement()
    op.bulk_insert(TERM, list(terms()))


def downgrade() -> None:
    op.execute(TERM.delete().where(TERM.c.vocabulary.in_(VOCABULARIES)))
    op.drop_table("local_requirement")
    with op.batch_alter_table("commitment") as table:
        table.drop_index(op.f("ix_commitment_from_institution_id"))
        table.drop_constraint(op.f("fk_commitment_from_institution_id"), type_="foreignkey")
        table.drop_column("paid_in")
        table.drop_column("from_institution_id")
    with op.batch_alter_table("fund") as table:
        table.drop_index(op.f("ix_fund_investment_ends_on"))
        for name in (*TEXTS, *STRINGS, "invest_role", "investment_begins_on", "reported_on", "reserved"):
            table.drop_column(name)


def terms() -> Iterator[dict[str, object]]:
    for vocabulary, words in VOCABULARIES.items():
        for position, (code, zh, en) in enumerate(words, 1):
            yield {"vocabulary": vocabulary, "code": code, "position": position, "name_zh": zh, "name_en": en}


def create_local_requirement() -> None:
    op.create_table(
        "local_requirement",
        sa.Column("commitment_id", ID, nullable=False),
        sa.Column("base", sa.String(30), nullable=False),
        sa.Column("ratio", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(30), nullable=False),
        sa.Column("region", sa.String(120), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("fulfilled", sa.BigInteger(), nullable=True),
        sa.Column("fulfilled_as_of", sa.Date(), nullable=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_local_requirement_commitment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_requirement")),
        sa.UniqueConstraint("commitment_id", name=op.f("uq_local_requirement_commitment_id")),
    )
    op.create_index(op.f("ix_local_requirement_due_on"), "local_requirement", ["due_on"])
