"""Mail that waits to be sent, what was done today, and where accounts get mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("message_id", sa.String(300), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(400), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    op.create_index(op.f("ix_mail_state_due_at_id"), "mail", ["state", "due_at", "id"])
    op.create_table(
        "daily_run",
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_run")),
        sa.UniqueConstraint("name", "account_id", "day", name=op.f("uq_daily_run_name_account_id_day")),
    )
    op.create_index(op.f("ix_daily_run_day"), "daily_run", ["day"])
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("email", sa.String(254), nullable=False, server_default=""))
        account.add_column(sa.Column("daily_digest", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("account") as account:
        account.alter_column("email", server_default=None)
        account.alter_column("daily_digest", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.drop_column("daily_digest")
        account.drop_column("email")
    op.drop_table("daily_run")
    op.drop_table("mail")
