"""The contact data before the latest change of a person, for the hour in which it may be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"

KEPT_CONTACT = sa.text("contact_before IS NOT NULL")
NAME = "ix_person_contact_before"


def upgrade() -> None:
    op.add_column("person", sa.Column("contact_before", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(NAME, "person", ["id"], postgresql_where=KEPT_CONTACT, sqlite_where=KEPT_CONTACT)


def downgrade() -> None:
    op.drop_index(NAME, table_name="person")
    with op.batch_alter_table("person") as batch:
        batch.drop_column("contact_before")
