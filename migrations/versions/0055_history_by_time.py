"""The history of everything is read by time."""

from __future__ import annotations

from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    op.create_index(op.f("ix_audit_entry_at_id"), "audit_entry", ["at", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_entry_at_id"), "audit_entry")
