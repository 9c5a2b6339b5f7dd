"""How large the pictures of a document's pages are, so that a page that shows them keeps their place.

Of what was drawn before nothing is known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"


def upgrade() -> None:
    op.add_column("room_version", sa.Column("page_sizes", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("room_version", "page_sizes")
