"""Founders: accounts that belong to one startup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0038"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are
LAST_FOUNDERS = (
    "UPDATE account SET role = 'leader', password_hash = '', disabled_at = COALESCE(disabled_at, CURRENT_TIMESTAMP) "
    "WHERE role = 'founder'"
)


def upgrade() -> None:
    with op.batch_alter_table("account", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("startup_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_account_startup_id"), "startup", ["startup_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_account_founder_startup"), "(role = 'founder') = (startup_id IS NOT NULL)"
        )
        batch.create_index(op.f("ix_account_startup_id"), ["startup_id"])
    columns = ("vocabulary", "code", "position", "name_zh", "name_en")
    term = sa.table("term", *(sa.column(name) for name in columns))
    told = ("role", "founder", 6, "企业创始人", "Founder")
    op.bulk_insert(term, [dict(zip(columns, told, strict=True))])


def downgrade() -> None:
    """Founders have no role to go back to: their accounts stay for the history, and nobody signs in with them."""
    op.execute("DELETE FROM term WHERE vocabulary = 'role' AND code = 'founder'")
    with op.batch_alter_table("account", reflect_kwargs=ALONE) as batch:
        batch.drop_index(op.f("ix_account_startup_id"))
        batch.drop_constraint(op.f("ck_account_founder_startup"), type_="check")
        batch.drop_constraint(op.f("fk_account_startup_id"), type_="foreignkey")
        batch.drop_column("startup_id")
    op.execute(LAST_FOUNDERS)
