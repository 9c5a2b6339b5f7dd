"""Lists of profiles read and count what an institution may read from one index, without the contents of profiles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"

IN_FORCE = sa.text("ended_at IS NULL")
NAME = "ix_publication_by_day"
BEFORE = ("published_at", "id")
AFTER = (
    *BEFORE,
    "ended_at",
    "startup_id",
    "authorisation_id",
    "for_all",
    "until",
    "sector_layer",
    "sector_vertical",
    "growth_stage",
)


def upgrade() -> None:
    made_of(AFTER)


def downgrade() -> None:
    made_of(BEFORE)


def made_of(columns: tuple[str, ...]) -> None:
    op.drop_index(NAME, "publication", sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)
    op.create_index(NAME, "publication", [*columns], sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)
