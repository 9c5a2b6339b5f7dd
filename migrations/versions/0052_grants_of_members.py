"""Leave to read that one person has belongs to its institution too: whoever changes institutions leaves it behind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are
OF_THE_ACCOUNT = "(SELECT account.institution_id FROM account WHERE account.id = room_grant.account_id)"


def upgrade() -> None:
    # Leave of somebody who is no investor any more opens nothing, and has no institution to belong to.
    op.execute(f"DELETE FROM room_grant WHERE institution_id IS NULL AND {OF_THE_ACCOUNT} IS NULL")  # noqa: S608
    with op.batch_alter_table("room_grant", reflect_kwargs=ALONE) as batch:
        batch.drop_constraint(op.f("ck_room_grant_one_reader"), type_="check")
        batch.drop_index(op.f("ix_room_grant_account_id_revoked_at_room_id"))
    op.execute(f"UPDATE room_grant SET institution_id = {OF_THE_ACCOUNT} WHERE institution_id IS NULL")  # noqa: S608
    with op.batch_alter_table("room_grant", reflect_kwargs=ALONE) as batch:
        batch.alter_column("institution_id", existing_type=ID, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("room_grant", reflect_kwargs=ALONE) as batch:
        batch.alter_column("institution_id", existing_type=ID, nullable=True)
    op.execute("UPDATE room_grant SET institution_id = NULL WHERE account_id IS NOT NULL")
    with op.batch_alter_table("room_grant", reflect_kwargs=ALONE) as batch:
        batch.create_check_constraint(
            op.f("ck_room_grant_one_reader"), "(institution_id IS NULL) <> (account_id IS NULL)"
        )
        batch.create_index(op.f("ix_room_grant_account_id_revoked_at_room_id"), ["account_id", "revoked_at", "room_id"])
