"""The orders in which long lists are read: every filter of a list that leaves few of many rows has its index."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"

ADDED = (
    ("deal", ("archived_at", "status", "moved_on", "id")),
    ("deal", ("owner_id", "archived_at", "status", "moved_on", "id")),
    ("deal", ("institution_id", "archived_at", "moved_on", "id")),
    ("service", ("archived_at", "state", "happened_on", "id")),
)
# These begin one of the above.
DROPPED = (("deal", ("owner_id",)), ("deal", ("institution_id",)))


def upgrade() -> None:
    change(ADDED, DROPPED)


def downgrade() -> None:
    change(DROPPED, ADDED)


def change(added: tuple[tuple[str, tuple[str, ...]], ...], dropped: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    for table, columns in added:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    for table, columns in dropped:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
