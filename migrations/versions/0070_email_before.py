"""The mail address before the latest change of it of an account, for the hour in which that may be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"


def upgrade() -> None:
    op.add_column("account", sa.Column("email_before", sa.String(254), nullable=True))
    op.add_column("account", sa.Column("email_changed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "email_changed_at")
    op.drop_column("account", "email_before")
