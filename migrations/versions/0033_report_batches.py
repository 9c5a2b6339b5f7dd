"""Recipes and batches of reports, and who took which report along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALONE = {"resolve_fks": False}


def foreign(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def upgrade() -> None:
    op.create_table(
        "recipe",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("startup_id", ID, nullable=True),
        sa.Column("institution_id", ID, nullable=True),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("line", sa.String(40), nullable=False),
        sa.Column("span", sa.String(20), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("schedule", sa.String(10), nullable=False),
        sa.Column("reader_ids", sa.JSON(), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        *foreign(
            "recipe",
            startup_id="startup",
            institution_id="institution",
            category_id="service_category",
            made_by_id="account",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipe")),
    )
    op.create_table(
        "batch",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("about", sa.String(30), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("job_id", ID, nullable=True),
        sa.Column("zip_key", sa.String(80), nullable=True),
        sa.Column("merged_key", sa.String(80), nullable=True),
        sa.Column("id", ID, nullable=False),
        *foreign("batch", made_by_id="account", job_id="job"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        for column, table in (("recipe_id", "recipe"), ("batch_id", "batch")):
            batch.add_column(sa.Column(column, ID, nullable=True))
            batch.create_foreign_key(op.f(f"fk_report_{column}"), table, [column], ["id"])
        batch.add_column(sa.Column("is_scheduled", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_index(op.f("ix_report_recipe_id"), ["recipe_id"])
        batch.create_index(op.f("ix_report_batch_id_id"), ["batch_id", "id"])
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.alter_column("is_scheduled", server_default=None)
    op.create_table(
        "download",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_download_report_id"), ondelete="CASCADE"),
        *foreign("download", account_id="account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
    )
    op.create_index(op.f("ix_download_report_id_id"), "download", ["report_id", "id"])


def downgrade() -> None:
    op.drop_table("download")
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.drop_index(op.f("ix_report_batch_id_id"))
        batch.drop_index(op.f("ix_report_recipe_id"))
        batch.drop_column("is_scheduled")
        for column in ("recipe_id", "batch_id"):
            batch.drop_constraint(op.f(f"fk_report_{column}"), type_="foreignkey")
            batch.drop_column(column)
    op.drop_table("batch")
    op.drop_table("recipe")
