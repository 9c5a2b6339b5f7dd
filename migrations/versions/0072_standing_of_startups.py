"""Startups say where they stand, so that lists are sorted and filtered by it: counted once, kept from then on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"

COLUMNS = ("furthest_stage", "open_deals", "has_open_round", "completed_services", "last_activity_on")
INDEXED = ("furthest_stage", "has_open_round", "completed_services")
DEALS = (
    "FROM deal JOIN round ON deal.round_id = round.id WHERE round.startup_id = startup.id AND deal.archived_at IS NULL"
)
SERVICES = (
    "FROM service WHERE service.startup_id = startup.id AND service.archived_at IS NULL AND service.state = 'completed'"
)
TALKS = (
    "FROM activity_link JOIN activity ON activity.id = activity_link.activity_id"
    " WHERE activity_link.record_type = 'startup' AND activity_link.record_id = startup.id"
    " AND activity.archived_at IS NULL AND activity_link.happened_on <= CURRENT_DATE"
)
COUNTED = {
    "furthest_stage": (
        f"(SELECT term.code {DEALS.replace(' WHERE', ' JOIN term ON term.code = deal.stage WHERE')}"
        " AND term.vocabulary = 'deal_stage' AND deal.status IN ('active', 'on_hold', 'completed')"
        " ORDER BY term.position DESC, term.id DESC LIMIT 1)"
    ),
    "open_deals": f"(SELECT count(*) {DEALS} AND deal.status IN ('active', 'on_hold'))",
    "has_open_round": (
        "EXISTS (SELECT 1 FROM round WHERE round.startup_id = startup.id AND round.archived_at IS NULL"
        " AND round.state = 'open')"
    ),
    "completed_services": f"(SELECT count(*) {SERVICES})",
    "last_activity_on": (
        f"(SELECT max(day) FROM (SELECT max(deal.moved_on) AS day {DEALS}"  # noqa: S608
        f" UNION ALL SELECT max(service.happened_on) {SERVICES}"
        f" UNION ALL SELECT max(activity_link.happened_on) {TALKS}) AS days)"
    ),
}


def upgrade() -> None:
    op.add_column("startup", sa.Column("furthest_stage", sa.String(30), nullable=True))
    op.add_column("startup", sa.Column("open_deals", sa.Integer, nullable=False, server_default="0"))
    op.add_column("startup", sa.Column("has_open_round", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("startup", sa.Column("completed_services", sa.Integer, nullable=False, server_default="0"))
    op.add_column("startup", sa.Column("last_activity_on", sa.Date, nullable=True))
    told = ", ".join(f"{name} = {counted}" for name, counted in COUNTED.items())
    op.execute(sa.text(f"UPDATE startup SET {told}"))  # noqa: S608
    for name in INDEXED:
        op.create_index(f"ix_startup_by_{name}", "startup", ["archived_at", name, "name_key", "id"])
    day = sa.text("coalesce(last_activity_on, '0001-01-01')")
    op.create_index("ix_startup_by_activity", "startup", ["archived_at", day, "id"])


def downgrade() -> None:
    op.drop_index("ix_startup_by_activity", table_name="startup")
    for name in INDEXED:
        op.drop_index(f"ix_startup_by_{name}", table_name="startup")
    for name in reversed(COLUMNS):
        op.drop_column("startup", name)
