"""Matching: its weights, the best matches, backtests; and the legal structure of startups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def foreign(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def upgrade() -> None:
    op.add_column("startup", sa.Column("structure", sa.String(30), nullable=True))
    op.create_table(
        "match_backtest",
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("by_name", sa.String(80), nullable=False),
        sa.Column("job_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        *foreign("match_backtest", by_id="account", job_id="job"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_backtest")),
    )
    op.create_table(
        "match_weights",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("by_name", sa.String(80), nullable=False),
        sa.Column("backtest_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        *foreign("match_weights", by_id="account", backtest_id="match_backtest"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_weights")),
        sa.UniqueConstraint("number", name=op.f("uq_match_weights_number")),
    )
    op.create_table(
        "match_run",
        sa.Column("round_id", ID, nullable=True),
        sa.Column("institution_id", ID, nullable=True),
        sa.Column("stamp", sa.String(80), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.CheckConstraint("(round_id IS NULL) <> (institution_id IS NULL)", name=op.f("ck_match_run_one_side")),
        *foreign("match_run", round_id="round", institution_id="institution"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
        sa.UniqueConstraint("round_id", name=op.f("uq_match_run_round_id")),
        sa.UniqueConstraint("institution_id", name=op.f("uq_match_run_institution_id")),
    )
    op.create_table(
        "match_result",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=True),
        sa.Column("of_round", sa.Boolean(), nullable=False),
        sa.Column("of_institution", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("id", ID, nullable=False),
        *foreign("match_result", round_id="round", institution_id="institution", fund_id="fund"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_result")),
        sa.UniqueConstraint("round_id", "institution_id", name=op.f("uq_match_result_round_id_institution_id")),
    )
    for columns in (("round_id", "score"), ("institution_id", "score")):
        op.create_index(op.f(f"ix_match_result_{'_'.join(columns)}"), "match_result", columns)


def downgrade() -> None:
    for table in ("match_result", "match_run", "match_weights", "match_backtest"):
        op.drop_table(table)
    op.drop_column("startup", "structure")
