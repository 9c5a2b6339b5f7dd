"""Filters of long lists: each has an index in the order of the list, so that neither page nor count scans."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"

FILTERS = (
    ("sector_layer", "sector_vertical", "growth_stage"),
    ("sector_vertical", "sector_layer", "growth_stage"),
    ("growth_stage", "sector_layer", "sector_vertical"),
)
BY_TYPE = "ix_service_type_id_archived_at_happened_on_id"


def upgrade() -> None:
    for one, *rest in FILTERS:
        op.create_index(op.f(f"ix_startup_by_{one}"), "startup", ["archived_at", one, "name_key", "id", *rest])
    op.create_index(op.f(BY_TYPE), "service", ["type_id", "archived_at", "happened_on", "id"])
    op.drop_index(op.f("ix_service_type_id"), "service")


def downgrade() -> None:
    op.create_index(op.f("ix_service_type_id"), "service", ["type_id"])
    op.drop_index(op.f(BY_TYPE), "service")
    for one, *_ in FILTERS:
        op.drop_index(op.f(f"ix_startup_by_{one}"), "startup")
