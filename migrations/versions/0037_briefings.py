"""A briefing's text taken further, and forms of others that are kept to be filled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are


def upgrade() -> None:
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("after_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_report_after_id"), "report", ["after_id"], ["id"], ondelete="SET NULL")
        batch.create_unique_constraint(op.f("uq_report_after_id"), ["after_id"])
    op.create_table(
        "form_template",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_form_template_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_template")),
    )


def downgrade() -> None:
    op.drop_table("form_template")
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.drop_constraint(op.f("uq_report_after_id"), type_="unique")
        batch.drop_constraint(op.f("fk_report_after_id"), type_="foreignkey")
        batch.drop_column("after_id")
