"""Lists that sort by what is often unknown: an index of the expression, so that a page reads 26 rows and not all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

ADDED = (
    ("ix_startup_by_joined", "startup", "coalesce(joined_on, '0001-01-01')"),
    ("ix_startup_by_seeking", "startup", "coalesce(seeking_low, -1)"),
    ("ix_round_by_opened", "round", "coalesce(opened_on, '0001-01-01')"),
    ("ix_round_by_sought", "round", "coalesce(sought_low, -1)"),
)


def upgrade() -> None:
    for name, table, expression in ADDED:
        op.create_index(op.f(name), table, ["archived_at", sa.text(expression), "id"])
    op.drop_index(op.f("ix_round_archived_at_opened_on_id"), "round")


def downgrade() -> None:
    op.create_index(op.f("ix_round_archived_at_opened_on_id"), "round", ["archived_at", "opened_on", "id"])
    for name, table, _ in ADDED:
        op.drop_index(op.f(name), table)
