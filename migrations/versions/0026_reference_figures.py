"""Figures that others publish."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TERM = sa.table("term", *map(sa.column, ("vocabulary", "code", "position", "name_zh", "name_en")))
UNITS = [("count", "数量", "number"), ("money", "金额（人民币）", "amount in CNY"), ("percent", "比例", "share")]


def upgrade() -> None:
    op.create_table(
        "reference_figure",
        sa.Column("name_zh", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(30), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("beside", sa.String(60), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_figure")),
    )
    op.bulk_insert(
        TERM,
        [
            {"vocabulary": "figure_unit", "code": code, "position": place, "name_zh": zh, "name_en": en}
            for place, (code, zh, en) in enumerate(UNITS, 1)
        ],
    )


def downgrade() -> None:
    op.execute(TERM.delete().where(TERM.c.vocabulary == "figure_unit"))
    op.drop_table("reference_figure")
