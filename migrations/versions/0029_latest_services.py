"""The latest services with an institution, and what the portal shows, read along an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

ALONE = {"resolve_fks": False}
REPEAT = (
    "UPDATE service_partner SET (happened_on, deal_id) ="
    " (SELECT happened_on, deal_id FROM service WHERE service.id = service_partner.service_id)"
)


def upgrade() -> None:
    with op.batch_alter_table("service_partner", reflect_kwargs=ALONE) as table:
        table.add_column(sa.Column("happened_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("deal_id", sa.BigInteger(), nullable=True))
    op.execute(sa.text(REPEAT))
    with op.batch_alter_table("service_partner", reflect_kwargs=ALONE) as table:
        table.alter_column("happened_on", existing_type=sa.Date(), nullable=False)
        table.drop_index(op.f("ix_service_partner_institution_id"))
        table.create_index("ix_service_partner_latest", ["institution_id", "deal_id", "happened_on", "service_id"])
    op.drop_index(op.f("ix_startup_published_at_id"), "startup")
    op.create_index(op.f("ix_startup_archived_at_published_at_id"), "startup", ["archived_at", "published_at", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_startup_archived_at_published_at_id"), "startup")
    op.create_index(op.f("ix_startup_published_at_id"), "startup", ["published_at", "id"])
    with op.batch_alter_table("service_partner", reflect_kwargs=ALONE) as table:
        table.drop_index("ix_service_partner_latest")
        table.create_index(op.f("ix_service_partner_institution_id"), ["institution_id"])
        table.drop_column("deal_id")
        table.drop_column("happened_on")
