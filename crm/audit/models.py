"""Who changed what, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, text


class AuditEntry(Base):
    """One change of one record. `changes`: [{"field", "before", "after"}] with codes and 分, never labels."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index(None, "record_type", "record_id", "id"),)

    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    actor_name: Mapped[str] = text(80)
    verb: Mapped[str] = mapped_column(sa.String(20))
    record_type: Mapped[str] = mapped_column(sa.String(30))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    record_name: Mapped[str] = text(200)
    changes: Mapped[list[Any]] = mapped_column(default=list)
