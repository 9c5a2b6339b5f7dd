"""The board: since when a deal has been in its stage, and what the deals of each stage come to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

ADDED = (
    ("ix_deal_archived_at_entered_on_id", ["archived_at", "entered_on", "id"]),
    ("ix_deal_by_lane", ["archived_at", "stage", "status", "entered_on", "id"]),
    ("ix_deal_by_own_lane", ["owner_id", "archived_at", "stage", "status", "entered_on", "id"]),
)
STANDS = "{0}.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM deal_event r WHERE r.reverses_id = {0}.id)"
# The first event of the deal's present stage after which no event tells another stage.
ENTERED = f"""
UPDATE deal SET entered_on = coalesce((
  SELECT min(e.happened_on) FROM deal_event e
  WHERE e.deal_id = deal.id AND e.to_stage = deal.stage AND {STANDS.format("e")} AND NOT EXISTS (
    SELECT 1 FROM deal_event x WHERE x.deal_id = deal.id AND x.to_stage <> deal.stage AND {STANDS.format("x")}
    AND (x.happened_on > e.happened_on OR (x.happened_on = e.happened_on AND x.id > e.id)))
), moved_on)"""  # noqa: S608 - our own words
TOTALS = """
INSERT INTO deal_total (stage, status, owner_id, deals, intended, unstated, signed, changes)
SELECT stage, status, coalesce(owner_id, 0), count(*),
  coalesce(sum(CASE WHEN intended_low = intended_high THEN intended_low END), 0),
  count(*) - count(CASE WHEN intended_low = intended_high THEN 1 END),
  coalesce(sum(signed), 0), 1
FROM deal WHERE archived_at IS NULL GROUP BY stage, status, coalesce(owner_id, 0)"""


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    # No batch: copying the table would read the expression indexes of those around it, which reflection cannot.
    op.add_column("deal", sa.Column("entered_on", sa.Date(), nullable=False, server_default="0001-01-01"))
    op.execute(ENTERED)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("deal", "entered_on", server_default=None)
    for name, columns in ADDED:
        op.create_index(op.f(name), "deal", columns)
    op.create_table(
        "deal_total",
        sa.Column("id", number, primary_key=True),
        sa.Column("stage", sa.String(30), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("deals", sa.Integer(), nullable=False),
        sa.Column("intended", sa.BigInteger(), nullable=False),
        sa.Column("unstated", sa.Integer(), nullable=False),
        sa.Column("signed", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("stage", "status", "owner_id", name=op.f("uq_deal_total_stage_status_owner_id")),
    )
    op.execute(TOTALS)


def downgrade() -> None:
    op.drop_table("deal_total")
    for name, _ in ADDED:
        op.drop_index(op.f(name), "deal")
    op.drop_column("deal", "entered_on")
