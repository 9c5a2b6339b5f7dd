"""The history is a chain of hashes with a locked end; what there is is chained in the order in which it was written."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are
AT_ONCE = 5_000
tail = sa.table("audit_tail", sa.column("id", ID), sa.column("position", sa.BigInteger), sa.column("hash", sa.String))
entry = sa.table(
    "audit_entry",
    sa.column("id", ID),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("actor_id", sa.BigInteger),
    *(sa.column(name, sa.String) for name in ("actor_name", "address", "verb", "record_type")),
    sa.column("record_id", sa.BigInteger),
    sa.column("record_name", sa.String),
    sa.column("changes", sa.JSON),
    sa.column("position", sa.BigInteger),
    *(sa.column(name, sa.String) for name in ("previous_hash", "hash", "salt", "digest")),
)


def upgrade() -> None:
    op.create_table(
        "audit_tail",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_tail")),
    )
    with op.batch_alter_table("audit_entry", reflect_kwargs=ALONE) as batch:
        for name, length in (("address", 60), ("previous_hash", 64), ("hash", 64)):
            batch.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
        batch.add_column(sa.Column("position", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("salt", sa.String(32), nullable=True))
        batch.add_column(sa.Column("digest", sa.String(64), nullable=True))
        batch.create_index(op.f("ix_audit_entry_position"), ["position"], unique=True)
        batch.create_index(op.f("ix_audit_entry_at_id"), ["at", "id"])
    chain()
    with op.batch_alter_table("audit_entry", reflect_kwargs=ALONE) as batch:
        for name in ("address", "previous_hash", "hash"):
            batch.alter_column(name, server_default=None)


def chain() -> None:
    """Chain every entry, in portions."""
    connection, positions, last, end = op.get_bind(), count(1), 0, (0, "")
    set_links = sa.update(entry).where(entry.c.id == sa.bindparam("one"))
    while rows := connection.execute(
        sa.select(entry).where(entry.c.id > last).order_by(entry.c.id).limit(AT_ONCE)
    ).all():
        links = []
        for row in rows:
            link = linked(row, next(positions), end[1])
            links.append(link)
            end = link["position"], link["hash"]
        connection.execute(set_links, links)
        last = rows[-1].id
    connection.execute(sa.insert(tail).values(id=1, position=end[0], hash=end[1]))


def linked(row: Any, position: int, previous_hash: str) -> dict[str, Any]:
    """What the chain adds to one entry."""
    salt = secrets.token_hex(16)
    digest = hashed([salt, row.record_name, row.changes])
    at: datetime = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
    who, what = [row.actor_id, row.actor_name, ""], [row.verb, row.record_type, row.record_id]
    covered = [position, previous_hash, digest, at.astimezone(UTC).isoformat(), *who, *what]
    links = {"position": position, "previous_hash": previous_hash, "hash": hashed(covered), "salt": salt}
    return {"one": row.id, **links}


def hashed(value: Any) -> str:
    return sha256(json.dumps(value).encode()).hexdigest()


def downgrade() -> None:
    with op.batch_alter_table("audit_entry", reflect_kwargs=ALONE) as batch:
        batch.drop_index(op.f("ix_audit_entry_at_id"))
        batch.drop_index(op.f("ix_audit_entry_position"))
        for name in ("address", "previous_hash", "hash", "position", "salt", "digest"):
            batch.drop_column(name)
    op.drop_table("audit_tail")
