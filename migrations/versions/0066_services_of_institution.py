"""The services of an institution by their day, without those in the bin, read and counted along one index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"

MOMENT = sa.DateTime(timezone=True)
REPEAT = (
    "UPDATE service_partner SET archived_at ="
    " (SELECT archived_at FROM service WHERE service.id = service_partner.service_id)"
)


def upgrade() -> None:
    op.add_column("service_partner", sa.Column("archived_at", MOMENT, nullable=True))
    op.execute(sa.text(REPEAT))
    op.create_index(
        "ix_service_partner_by_day", "service_partner", ["institution_id", "archived_at", "happened_on", "service_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_service_partner_by_day", table_name="service_partner")
    op.drop_column("service_partner", "archived_at")
