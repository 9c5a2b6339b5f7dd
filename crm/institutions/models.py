"""Investment institutions."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import AmountOf, Archivable, Base, Versioned, money, text
from crm.core.naming import LegalPerson


class Institution(LegalPerson, Versioned, Archivable, Base):
    """A legal person that manages or provides capital (投资机构). `joined_on`: the day it was attracted."""

    __tablename__ = "institution"
    __table_args__ = (
        sa.Index(None, "archived_at", "name_key", "id"),
        sa.Index(None, "archived_at", "joined_on", "id"),
    )

    kind: Mapped[str] = mapped_column(sa.String(30), default="other")
    amac_number: Mapped[str] = text(20)
    city: Mapped[str] = text(40)
    assets: Mapped[int | None] = money()
    joined_on: Mapped[date | None] = mapped_column(default=None)
    left_on: Mapped[date | None] = mapped_column(default=None)
    growth_stages: Mapped[tuple[str, ...]] = mapped_column(default=())
    sectors: Mapped[tuple[str, ...]] = mapped_column(default=())
    ticket_low: Mapped[int | None] = money()
    ticket_high: Mapped[int | None] = money()
    ticket_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]

    ticket = AmountOf("ticket")

    @property
    def shown_name(self) -> str:
        """The full name: many institutions share a short one."""
        return self.name
