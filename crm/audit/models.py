"""Who changed what, when and from where, in a chain of hashes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, text
from crm.core.origin import LONGEST


class AuditEntry(Base):
    """One change of one record. `changes`: [{"field", "before", "after"}] with codes and 分, never labels.

    `address`: whose request it was, or the name of the command or job. `position` counts from 1 along the chain
    (`chain.py`); `hash` covers the entry and `previous_hash`. What may be erased on a person's request, `record_name`
    and `changes`, enters it as a digest with `salt`: erasing takes the salt away and keeps the `digest`.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index(None, "record_type", "record_id", "id"),
        sa.Index(None, "position", unique=True),
        sa.Index(None, "at", "id"),
    )

    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    actor_name: Mapped[str] = text(80)
    address: Mapped[str] = text(LONGEST)
    verb: Mapped[str] = mapped_column(sa.String(20))
    record_type: Mapped[str] = mapped_column(sa.String(30))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    record_name: Mapped[str] = text(200)
    changes: Mapped[list[Any]] = mapped_column(default=list)
    position: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    previous_hash: Mapped[str] = text(64)
    hash: Mapped[str] = text(64)
    salt: Mapped[str | None] = mapped_column(sa.String(32), default=None)
    digest: Mapped[str | None] = mapped_column(sa.String(64), default=None)


class AuditTail(Base):
    """The end of the chain, one row: who adds to the chain locks it first, so that no two entries follow one."""

    __tablename__ = "audit_tail"

    position: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = text(64)
