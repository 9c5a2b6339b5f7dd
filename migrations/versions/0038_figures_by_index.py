"""The figures read along indexes that hold all that they count."""

from __future__ import annotations

from alembic import op

revision = "0038"
down_revision = "0037"

BEFORE = (
    ("deal", "ix_deal_introduced_on", ["introduced_on"]),
    ("deal", "ix_deal_signed_on", ["signed_on"]),
    ("deal_event", "ix_deal_event_deal_id_happened_on_id", ["deal_id", "happened_on", "id"]),
    ("receipt", "ix_receipt_received_on_deal_id", ["received_on", "deal_id"]),
    ("service", "ix_service_archived_at_state_happened_on_id", ["archived_at", "state", "happened_on", "id"]),
)
AFTER = (
    ("deal", "ix_deal_introduced_on_id", ["introduced_on", "id"]),
    ("deal", "ix_deal_signed_on_id_signed", ["signed_on", "id", "signed"]),
    ("deal_event", "ix_deal_event_by_deal", ["deal_id", "happened_on", "id", "to_stage", "reverses_id"]),
    ("deal_event", "ix_deal_event_by_day", ["happened_on", "deal_id", "id", "reverses_id"]),
    ("receipt", "ix_receipt_received_on_deal_id_amount", ["received_on", "deal_id", "amount"]),
    ("service", "ix_service_by_day", ["archived_at", "state", "happened_on", "id", "type_id", "startup_id"]),
    ("service", "ix_service_by_startup", ["archived_at", "state", "startup_id", "type_id", "happened_on"]),
)


def upgrade() -> None:
    exchange(BEFORE, AFTER)


def downgrade() -> None:
    exchange(AFTER, BEFORE)


def exchange(old: tuple[tuple[str, str, list[str]], ...], new: tuple[tuple[str, str, list[str]], ...]) -> None:
    for table, name, _ in old:
        op.drop_index(op.f(name), table)
    for table, name, columns in new:
        op.create_index(op.f(name), table, columns)
