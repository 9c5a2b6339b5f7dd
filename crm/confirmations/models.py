"""What the platform had to do with a deal or a service, as the startup and the institution confirm it."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, many_to_one, text
from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.services.models import Service
from crm.startups.models import Startup


class Side(enum.StrEnum):
    """Who is asked."""

    STARTUP = "startup"
    INSTITUTION = "institution"


class ConfirmationState(enum.StrEnum):
    """What was answered. Whoever disputed may be asked again; who confirmed is not."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class ConfirmationLink(Base):
    """A link by which one party answers some questions, and does nothing else. It holds a token, this row its hash."""

    __tablename__ = "confirmation_link"

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)


class Confirmation(Base):
    """One question to one party: what was the platform's role in this deal or this service?

    `claimed` is the role (促成, 协助, 知悉) that the platform said it had, `role` the one that the party names: they
    may differ, and both are kept. `link`: the latest one that was sent, which ends those before it for this question.
    `answered_name`: who answered; by an account where `answered_by_id` says which, else by the link.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        sa.CheckConstraint("(service_id IS NULL) <> (deal_id IS NULL)", name="one_record"),
        sa.CheckConstraint("(startup_id IS NULL) <> (institution_id IS NULL)", name="one_party"),
        sa.CheckConstraint("(side = 'startup') = (startup_id IS NOT NULL)", name="side_of_party"),
        sa.UniqueConstraint("service_id", "startup_id"),
        sa.UniqueConstraint("service_id", "institution_id"),
        sa.UniqueConstraint("deal_id", "startup_id"),
        sa.UniqueConstraint("deal_id", "institution_id"),
        sa.Index(None, "state", "side", "asked_at", "id"),
        sa.Index(None, "startup_id", "state"),
        sa.Index(None, "institution_id", "state"),
    )

    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service.id"), default=None)
    deal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deal.id"), default=None)
    side: Mapped[Side]
    startup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("startup.id"), default=None)
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), default=None)
    state: Mapped[ConfirmationState] = mapped_column(default=ConfirmationState.WAITING)
    claimed: Mapped[str] = mapped_column(sa.String(30))
    role: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    word: Mapped[str] = text(400)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    answered_name: Mapped[str] = text(80)
    link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("confirmation_link.id"), default=None, index=True)

    service: Mapped[Service | None] = many_to_one("Service", "Confirmation.service_id")
    deal: Mapped[Deal | None] = many_to_one("Deal", "Confirmation.deal_id")
    startup: Mapped[Startup | None] = many_to_one("Startup", "Confirmation.startup_id")
    institution: Mapped[Institution | None] = many_to_one("Institution", "Confirmation.institution_id")

    @property
    def party(self) -> Startup | Institution:
        """Who is asked."""
        party = self.startup if self.side == Side.STARTUP else self.institution
        assert party is not None  # noqa: S101 - one_party holds
        return party

    @property
    def record(self) -> Service | Deal:
        """What it is about."""
        record = self.service or self.deal
        assert record is not None  # noqa: S101 - one_record holds
        return record

    @property
    def other(self) -> Institution | None:
        """The institution of the deal, or of the introduction that the service was; None for other services."""
        deal = self.deal or (self.service.deal if self.service else None)
        return deal.institution if deal else None

    @property
    def about(self) -> Startup:
        """The startup that was served, or that raised the money."""
        return self.service.startup if self.service else self.deal.round.startup  # type: ignore[union-attr]
