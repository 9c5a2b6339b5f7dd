"""Startups: the companies served."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import AmountOf, Archivable, Base, Versioned, many_to_one, money, text
from crm.core.naming import LegalPerson
from crm.institutions.models import Institution
from crm.lib.figures import Unit

# What the list is filtered by. Each index ends with the others, so that two filters together read no rows to count.
FILTERS = (
    ("sector_layer", "sector_vertical", "growth_stage"),
    ("sector_vertical", "sector_layer", "growth_stage"),
    ("growth_stage", "sector_layer", "sector_vertical"),
)
STANDING = ("furthest_stage", "has_open_round", "completed_services")


class Startup(LegalPerson, Versioned, Archivable, Base):
    """A company served (企业).

    `seeking` (拟融资) is a profile value: it opens no round. `published_at`, `authorised_by` and `authorised_until` say
    of the publication that investors read since when, who signed and until when; `crm.publishing` keeps them, so that
    lists need not look there. Nothing else here is ever shown to investors.
    `furthest_stage` (of the deals that did not end without money), `open_deals`, `has_open_round`, `completed_services`
    and `last_activity_on` (the last talk, task, move of a deal or service up to today) say where it stands:
    `crm.services.standing` keeps them for lists, which are sorted and filtered by them. Nothing else loads them.
    `structure`: domestic, red chip or VIE (内资/红筹/VIE); None where it is not known.
    `owner_id`: the account of the desk that answers for it (负责人); no foreign key, because accounts of founders point
    at startups, and tables that point at each other have no order.
    `institution`: the same legal person as an investor (CVC); linked, never copied, and no matter of investors.
    """

    __tablename__ = "startup"
    __table_args__ = (
        sa.Index(None, "archived_at", "name_key", "id"),
        *(sa.Index(f"ix_startup_by_{one}", "archived_at", one, "name_key", "id", *rest) for one, *rest in FILTERS),
        sa.Index(None, "archived_at", "joined_on", "id"),
        sa.Index("ix_startup_by_joined", "archived_at", sa.text("coalesce(joined_on, '0001-01-01')"), "id"),
        sa.Index("ix_startup_by_seeking", "archived_at", sa.text("coalesce(seeking_low, -1)"), "id"),
        sa.Index(None, "archived_at", "published_at", "id"),
        sa.Index(None, "owner_id", "archived_at", "name_key", "id"),
        *(sa.Index(f"ix_startup_by_{one}", "archived_at", one, "name_key", "id") for one in STANDING),
        sa.Index("ix_startup_by_activity", "archived_at", sa.text("coalesce(last_activity_on, '0001-01-01')"), "id"),
    )

    founded_on: Mapped[date | None] = mapped_column(default=None)
    joined_on: Mapped[date | None] = mapped_column(default=None)
    sector_layer: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    sector_vertical: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    layer_version: Mapped[int | None] = mapped_column(default=None)
    vertical_version: Mapped[int | None] = mapped_column(default=None)
    growth_stage: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    structure: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    headcount: Mapped[int | None] = mapped_column(default=None)
    headcount_text: Mapped[str] = text(40)
    seeking_low: Mapped[int | None] = money()
    seeking_high: Mapped[int | None] = money()
    seeking_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    summary: Mapped[str] = text(200)
    profile: Mapped[str] = mapped_column(sa.Text, default="")
    team: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    authorised_by: Mapped[str] = text(80)
    authorised_until: Mapped[date | None] = mapped_column(default=None)
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), unique=True, default=None)
    owner_id: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    furthest_stage: Mapped[str | None] = mapped_column(sa.String(30), default=None, deferred=True)
    open_deals: Mapped[int] = mapped_column(default=0, deferred=True)
    has_open_round: Mapped[bool] = mapped_column(default=False, deferred=True)
    completed_services: Mapped[int] = mapped_column(default=0, deferred=True)
    last_activity_on: Mapped[date | None] = mapped_column(default=None, deferred=True)
    created_at: Mapped[datetime]

    seeking = AmountOf("seeking")
    institution: Mapped[Institution | None] = many_to_one("Institution", "Startup.institution_id")

    @hybrid_property
    def shown_name(self) -> str:
        """The short name where there is one: lists are read, not certified."""
        return self.short_name or self.name

    @shown_name.inplace.expression
    @classmethod
    def _shown_name(cls) -> sa.ColumnElement[str]:
        return sa.func.coalesce(sa.func.nullif(cls.short_name, ""), cls.name)

    def is_published(self, day: date) -> bool:
        """True while some investors see the profile on that day."""
        expired = self.authorised_until is not None and self.authorised_until < day
        return self.published_at is not None and self.archived_at is None and not expired


class Competition(Base):
    """Two startups that compete, as the desk says: whoever holds one is not introduced to the other. Of a pair the
    lower id stands first."""

    __tablename__ = "competition"
    __table_args__ = (
        sa.CheckConstraint("startup_id < other_id", name="in_order"),
        sa.UniqueConstraint("startup_id", "other_id"),
    )

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    at: Mapped[datetime]


class Part(Versioned, Archivable):
    """What belongs to one startup and has a history of its own; taken away, never deleted."""

    created_at: Mapped[datetime]

    @orm.declared_attr
    def startup_id(self) -> Mapped[int]:
        return mapped_column(sa.ForeignKey("startup.id"), index=True)


class PastRound(Part, Base):
    """A round that the startup closed before or elsewhere; the day is often unknown. `valuation`: before the money."""

    __tablename__ = "past_round"

    round_name: Mapped[str] = mapped_column(sa.String(30))
    happened_on: Mapped[date | None] = mapped_column(default=None)
    amount: Mapped[int | None] = money()
    valuation: Mapped[int | None] = money()
    investors: Mapped[str] = text(400)
    source: Mapped[str] = text(120)

    startup: Mapped[Startup] = many_to_one("Startup", "PastRound.startup_id")


class StartupLabel(Part, Base):
    """A title that an authority gave (资质): one of the vocabulary, or `label_text` in other words.

    It holds until `expires_on`; investors see it no longer.
    """

    __tablename__ = "startup_label"

    label: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    label_text: Mapped[str] = text(80)
    level: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    issuer: Mapped[str] = text(120)
    certificate_number: Mapped[str] = text(80)
    issued_on: Mapped[date | None] = mapped_column(default=None)
    expires_on: Mapped[date | None] = mapped_column(default=None, index=True)
    source: Mapped[str] = text(120)

    startup: Mapped[Startup] = many_to_one("Startup", "StartupLabel.startup_id")

    @property
    def word(self) -> str:
        """What the vocabulary knows it by, or its own words."""
        return self.label or self.label_text

    def is_valid(self, day: date) -> bool:
        """True until it expires."""
        return self.expires_on is None or self.expires_on >= day


class FilingKind(enum.StrEnum):
    """Three kinds of record with an authority; none is an approval, and they are never added up."""

    MODEL_FILING = "model_filing"
    MODEL_REGISTRATION = "model_registration"
    ALGORITHM_FILING = "algorithm_filing"


class Filing(Part, Base):
    """A model filing (大模型备案), model registration (登记) or algorithm filing (算法备案).

    A filed model is the startup's own or a tuned one (`origin`); a registration is `based_on` a filed model, by API.
    """

    __tablename__ = "filing"

    kind: Mapped[FilingKind]
    model_name: Mapped[str] = text(120)
    origin: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    based_on: Mapped[str] = text(120)
    filing_number: Mapped[str] = text(80)
    authority: Mapped[str] = text(120)
    filed_on: Mapped[date | None] = mapped_column(default=None)
    source: Mapped[str] = text(120)

    startup: Mapped[Startup] = many_to_one("Startup", "Filing.startup_id")


METRIC_UNITS = {
    "revenue": Unit.MONEY,
    "arr": Unit.MONEY,
    "net_profit": Unit.MONEY,
    "gross_margin": Unit.PERCENT,
    "rd_spend": Unit.MONEY,
}


class ReportedMetric(Part, Base):
    """A figure that the startup reported (经营数据): never computed here, always with its day and source.

    `value` is in the unit of its metric; investors read it where `for_investors` says so.
    """

    __tablename__ = "reported_metric"

    metric: Mapped[str] = mapped_column(sa.String(30))
    value: Mapped[int] = mapped_column(sa.BigInteger)
    period: Mapped[str] = text(40)
    as_of: Mapped[date]
    source: Mapped[str] = text(120)
    confirmed_by: Mapped[str] = text(80)
    for_investors: Mapped[bool] = mapped_column(default=False)

    startup: Mapped[Startup] = many_to_one("Startup", "ReportedMetric.startup_id")

    @property
    def unit(self) -> Unit:
        """What the value counts."""
        return unit_of(self.metric)

    @property
    def told_kinds(self) -> dict[str, str]:
        """How the history tells the value."""
        return {"value": self.unit.value}


def unit_of(metric: str) -> Unit:
    """What the values of a metric count; single things where nothing else is known."""
    return METRIC_UNITS.get(metric, Unit.COUNT)


class Product(Part, Base):
    """Something that the startup makes; its pictures are documents. `position`: its place in the profile."""

    __tablename__ = "product"

    name: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = text(400)
    url: Mapped[str] = text(300)
    position: Mapped[int] = mapped_column(default=1)

    startup: Mapped[Startup] = many_to_one("Startup", "Product.startup_id")


PARTS: tuple[type[PastRound | StartupLabel | Filing | ReportedMetric | Product], ...] = (
    PastRound,
    StartupLabel,
    Filing,
    ReportedMetric,
    Product,
)
