"""Startups: the companies served."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import AmountOf, Archivable, Base, Versioned, many_to_one, money, text
from crm.core.naming import LegalPerson


class Startup(LegalPerson, Versioned, Archivable, Base):
    """A company served (企业).

    `seeking` (拟融资) is a profile value: it opens no round. Investors see a startup only between
    `published_at` and `authorised_until`, on the authorisation that `authorised_by` signed.
    """

    __tablename__ = "startup"
    __table_args__ = (
        sa.Index(None, "archived_at", "name_key", "id"),
        sa.Index(None, "archived_at", "joined_on", "id"),
        sa.Index(None, "published_at", "id"),
    )

    founded_on: Mapped[date | None] = mapped_column(default=None)
    joined_on: Mapped[date | None] = mapped_column(default=None)
    sector_layer: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    sector_vertical: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    layer_version: Mapped[int | None] = mapped_column(default=None)
    vertical_version: Mapped[int | None] = mapped_column(default=None)
    growth_stage: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    headcount: Mapped[int | None] = mapped_column(default=None)
    headcount_text: Mapped[str] = text(40)
    seeking_low: Mapped[int | None] = money()
    seeking_high: Mapped[int | None] = money()
    seeking_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    model_filing: Mapped[str] = text(80)
    labels: Mapped[tuple[str, ...]] = mapped_column(default=())
    summary: Mapped[str] = text(200)
    profile: Mapped[str] = mapped_column(sa.Text, default="")
    team: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    authorised_by: Mapped[str] = text(80)
    authorised_until: Mapped[date | None] = mapped_column(default=None)
    created_at: Mapped[datetime]

    seeking = AmountOf("seeking")

    @property
    def shown_name(self) -> str:
        """The short name where there is one: lists are read, not certified."""
        return self.short_name or self.name

    def is_published(self, day: date) -> bool:
        """True while investors see the profile on that day."""
        expired = self.authorised_until is not None and self.authorised_until < day
        return self.published_at is not None and self.archived_at is None and not expired


class PastRound(Base):
    """A round that the startup closed before or elsewhere; the day is often unknown."""

    __tablename__ = "past_round"
    __table_args__ = (sa.UniqueConstraint("startup_id", "round_name"),)

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    round_name: Mapped[str] = mapped_column(sa.String(30))
    happened_on: Mapped[date | None] = mapped_column(default=None)
    amount: Mapped[int | None] = money()

    startup: Mapped[Startup] = many_to_one("Startup", "PastRound.startup_id")
