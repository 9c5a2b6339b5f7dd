"""Each table is marked when it is written to, so that figures last that were read from others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    op.create_table(
        "written",
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_written")),
    )


def downgrade() -> None:
    op.drop_table("written")
