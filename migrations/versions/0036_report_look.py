"""The colour and the closing line of reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

COLUMNS = (("closing_zh", 400), ("closing_en", 400), ("report_colour", 7))


def upgrade() -> None:
    with op.batch_alter_table("platform") as platform:
        for name, length in COLUMNS:
            platform.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
    with op.batch_alter_table("platform") as platform:
        for name, _ in COLUMNS:
            platform.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("platform") as platform:
        for name, _ in COLUMNS:
            platform.drop_column(name)
