"""Signing in: second factor, devices, single sign-on, lock-out by name and address, forgotten passwords."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALONE = {"resolve_fks": False}
TABLES = ("forgotten_password", "provider_identity", "recovery_code", "second_factor", "attempts")


def upgrade() -> None:
    op.drop_table("failed_sign_in")
    for name, columns in (
        (
            "device",
            (
                key("account_id", "device"),
                sa.Column("token_hash", sa.String(64), nullable=False),
                moment("created_at"),
                moment("seen_at"),
                moment("recognised_at", nullable=True),
                unique("device", "account_id", "token_hash"),
            ),
        ),
        (
            "attempts",
            (
                sa.Column("kind", sa.String(20), nullable=False),
                sa.Column("subject", sa.String(80), nullable=False),
                sa.Column("count", sa.Integer(), nullable=False),
                moment("last_at"),
                moment("locked_until", nullable=True),
                unique("attempts", "kind", "subject"),
            ),
        ),
        (
            "second_factor",
            (
                key("account_id", "second_factor"),
                sa.Column("secret", sa.String(400), nullable=False),
                sa.Column("last_step", sa.BigInteger(), nullable=False),
                moment("created_at"),
                unique("second_factor", "account_id"),
            ),
        ),
        (
            "recovery_code",
            (
                key("account_id", "recovery_code"),
                sa.Column("code_hash", sa.String(64), nullable=False),
                moment("used_at", nullable=True),
                unique("recovery_code", "code_hash"),
            ),
        ),
        (
            "provider_identity",
            (
                key("account_id", "provider_identity"),
                sa.Column("issuer", sa.String(300), nullable=False),
                sa.Column("subject", sa.String(255), nullable=False),
                moment("bound_at"),
                unique("provider_identity", "issuer", "subject"),
                unique("provider_identity", "account_id", "issuer"),
            ),
        ),
        ("forgotten_password", (sa.Column("typed", sa.String(254), nullable=False), moment("at"))),
    ):
        op.create_table(name, sa.Column("id", ID, nullable=False), *columns, primary(name))
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    extend_sessions()


def extend_sessions() -> None:
    """Sessions say where they were opened and when they were used last; nobody has to sign in anew."""
    with op.batch_alter_table("sign_in_session", reflect_kwargs=ALONE) as session:
        session.add_column(sa.Column("device_id", ID, nullable=True))
        session.add_column(sa.Column("is_pending", sa.Boolean(), nullable=False, server_default=sa.false()))
        session.add_column(sa.Column("by_provider", sa.Boolean(), nullable=False, server_default=sa.false()))
        session.add_column(sa.Column("address", sa.String(45), nullable=False, server_default=""))
        session.add_column(sa.Column("agent", sa.String(300), nullable=False, server_default=""))
        session.add_column(sa.Column("seen_at", MOMENT, nullable=True))
        session.create_foreign_key(op.f("fk_sign_in_session_device_id"), "device", ["device_id"], ["id"])
    op.execute("UPDATE sign_in_session SET seen_at = created_at")
    with op.batch_alter_table("sign_in_session", reflect_kwargs=ALONE) as session:
        session.alter_column("seen_at", existing_type=MOMENT, nullable=False)
        for name in ("is_pending", "by_provider", "address", "agent"):
            session.alter_column(name, server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM sign_in_session WHERE is_pending")
    with op.batch_alter_table("sign_in_session", reflect_kwargs=ALONE) as session:
        session.drop_constraint(op.f("fk_sign_in_session_device_id"), type_="foreignkey")
        for name in ("seen_at", "agent", "address", "by_provider", "is_pending", "device_id"):
            session.drop_column(name)
    for table in (*TABLES, "device"):
        op.drop_table(table)
    op.create_table(
        "failed_sign_in",
        sa.Column("id", ID, nullable=False),
        sa.Column("username", sa.String(80), nullable=False),
        moment("at"),
        primary("failed_sign_in"),
    )
    op.create_index(op.f("ix_failed_sign_in_username_at"), "failed_sign_in", ["username", "at"])


def moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, nullable=nullable)


def key(name: str, table: str) -> sa.Column[Any]:
    return sa.Column(name, ID, sa.ForeignKey("account.id", name=op.f(f"fk_{table}_{name}")), nullable=False)


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
