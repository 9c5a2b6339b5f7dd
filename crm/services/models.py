"""The service catalogue (platform line → category → type) and the services provided."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import AmountOf, Archivable, Base, Versioned, many_to_one, money, text
from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.startups.models import Startup

FINANCE_LINE = "finance"
INTRODUCTION = "introduction"
ROADSHOW = "roadshow"


class ServiceState(enum.StrEnum):
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class ServiceCategory(Base):
    """A category of services under a platform line; `code` names those that figures single out."""

    __tablename__ = "service_category"
    __table_args__ = (sa.UniqueConstraint("line", "name_zh"),)

    line: Mapped[str] = mapped_column(sa.String(30))
    code: Mapped[str | None] = mapped_column(sa.String(30), unique=True, default=None)
    name_zh: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = text(60)
    position: Mapped[int] = mapped_column(default=100)

    def label(self, language: str) -> str:
        """The name in a language; the Chinese one where the English one is missing."""
        return self.name_en if language == "en" and self.name_en else self.name_zh


class ServiceType(Archivable, Base):
    """One entry of the catalogue (服务事项). `code` names the one that an introduction records.

    One that is put away is no longer offered; what was done of it still counts. `number` counts its versions: other
    names or other outcome fields make another one.
    """

    __tablename__ = "service_type"
    __table_args__ = (sa.UniqueConstraint("category_id", "name_zh"),)

    category_id: Mapped[int] = mapped_column(sa.ForeignKey("service_category.id"))
    code: Mapped[str | None] = mapped_column(sa.String(30), unique=True, default=None)
    name_zh: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = text(60)
    position: Mapped[int] = mapped_column(default=100)
    number: Mapped[int] = mapped_column(default=1)
    outcome_fields: Mapped[list[Any]] = mapped_column(default=list)

    category: Mapped[ServiceCategory] = many_to_one("ServiceCategory", "ServiceType.category_id")

    def label(self, language: str) -> str:
        """The name in a language; the Chinese one where the English one is missing."""
        return self.name_en if language == "en" and self.name_en else self.name_zh


class ServiceTypeVersion(Base):
    """What a service type was called and measured in one of its versions, append-only."""

    __tablename__ = "service_type_version"
    __table_args__ = (sa.UniqueConstraint("type_id", "number"),)

    type_id: Mapped[int] = mapped_column(sa.ForeignKey("service_type.id"))
    number: Mapped[int]
    name_zh: Mapped[str] = text(60)
    name_en: Mapped[str] = text(60)
    outcome_fields: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)


class Service(Versioned, Archivable, Base):
    """One thing the platform did for one startup on a date (服务记录). Only completed ones count.

    `partner_text` keeps the names of partners that are no institution of ours. `deal_id` is set on the service that
    an introduction recorded: one per deal. `outcomes`: {key: value} of the outcome fields of its type in
    `type_version`, None for the present one. `platform_role`: what the platform claims to have been in it.
    """

    __tablename__ = "service"
    __table_args__ = (
        sa.Index(None, "archived_at", "happened_on", "id"),
        sa.Index("ix_service_by_day", "archived_at", "state", "happened_on", "id", "type_id", "startup_id"),
        sa.Index("ix_service_by_startup", "archived_at", "state", "startup_id", "type_id", "happened_on"),
        sa.Index(None, "type_id", "archived_at", "happened_on", "id"),
        sa.Index(None, "startup_id", "happened_on", "id"),
        sa.Index(None, "state", "happened_on", "startup_id"),
    )

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    type_id: Mapped[int] = mapped_column(sa.ForeignKey("service_type.id"))
    happened_on: Mapped[date]
    state: Mapped[ServiceState] = mapped_column(default=ServiceState.COMPLETED)
    content: Mapped[str] = mapped_column(sa.Text, default="")
    outcome: Mapped[str] = text(200)
    amount_low: Mapped[int | None] = money()
    amount_high: Mapped[int | None] = money()
    amount_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    partner_text: Mapped[str] = text(200)
    handler: Mapped[str] = text(80)
    platform_role: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    outcomes: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    type_version: Mapped[int | None] = mapped_column(default=None)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    deal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deal.id"), unique=True, default=None)
    created_at: Mapped[datetime]

    amount = AmountOf("amount")
    startup: Mapped[Startup] = many_to_one("Startup", "Service.startup_id")
    type: Mapped[ServiceType] = many_to_one("ServiceType", "Service.type_id")
    owner: Mapped[Account | None] = many_to_one("Account", "Service.owner_id")
    deal: Mapped[Deal | None] = many_to_one("Deal", "Service.deal_id")


class ServicePartner(Base):
    """An institution that took part in a service.

    `happened_on`, `deal_id` and `archived_at` repeat the service's, so that those of an institution are read and
    counted along one index, and the latest ones, introductions left out, along another.
    """

    __tablename__ = "service_partner"
    __table_args__ = (
        sa.UniqueConstraint("service_id", "institution_id"),
        sa.Index("ix_service_partner_latest", "institution_id", "deal_id", "happened_on", "service_id"),
        sa.Index("ix_service_partner_by_day", "institution_id", "archived_at", "happened_on", "service_id"),
    )

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    happened_on: Mapped[date]
    deal_id: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    archived_at: Mapped[datetime | None] = mapped_column(default=None)

    service: Mapped[Service] = many_to_one("Service", "ServicePartner.service_id")
    institution: Mapped[Institution] = many_to_one("Institution", "ServicePartner.institution_id")


@event.listens_for(Service, "after_update")
def move_partners(_: object, connection: sa.Connection, service: Service) -> None:
    """Let the partners say the service's day, and whether it is in the bin, whoever changed it."""
    now = sa.inspect(service).attrs
    if now.happened_on.history.has_changes() or now.archived_at.history.has_changes():
        same = sa.update(ServicePartner).where(ServicePartner.service_id == service.id)
        connection.execute(same.values(happened_on=service.happened_on, archived_at=service.archived_at))
