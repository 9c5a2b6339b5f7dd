"""Funds, who manages them, and who committed capital to them."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import AmountOf, Archivable, Base, Versioned, many_to_one, money, one_to_many, text
from crm.institutions.models import Institution


class Fund(Versioned, Archivable, Base):
    """A vehicle managed by one or more institutions (基金). Amounts are in minor units of `currency`.

    `cny_rate`: CNY for one unit of the currency, in millionths (7.1021 is 7102100), with its day and source.
    """

    __tablename__ = "fund"
    __table_args__ = (
        sa.Index(None, "archived_at", "name_key", "id"),
        sa.Index(None, "archived_at", "vintage", "id"),
    )

    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    amac_code: Mapped[str | None] = mapped_column(sa.String(20), unique=True, default=None)
    kind: Mapped[str] = mapped_column(sa.String(30), default="direct")
    currency: Mapped[str] = mapped_column(sa.String(3), default="CNY")
    cny_rate: Mapped[int | None] = mapped_column(sa.BigInteger, default=1_000_000)
    cny_rate_on: Mapped[date | None] = mapped_column(default=None)
    cny_rate_source: Mapped[str] = text(80)
    vintage: Mapped[int | None] = mapped_column(default=None)
    target: Mapped[int | None] = money()
    committed: Mapped[int | None] = money()
    paid_in: Mapped[int | None] = money()
    invested: Mapped[int | None] = money()
    investment_ends_on: Mapped[date | None] = mapped_column(default=None)
    ticket_low: Mapped[int | None] = money()
    ticket_high: Mapped[int | None] = money()
    ticket_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    growth_stages: Mapped[tuple[str, ...]] = mapped_column(default=())
    sectors: Mapped[tuple[str, ...]] = mapped_column(default=())
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]

    ticket = AmountOf("ticket")
    managers: Mapped[list[FundManager]] = one_to_many("FundManager", "FundManager.fund_id", "FundManager.id")


class FundManager(Base):
    """One of the institutions that manage a fund; the first one is shown first."""

    __tablename__ = "fund_manager"
    __table_args__ = (sa.UniqueConstraint("fund_id", "institution_id"),)

    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("fund.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"), index=True)

    institution: Mapped[Institution] = many_to_one("Institution", "FundManager.institution_id")


class Commitment(Versioned, Archivable, Base):
    """What an investor promised to a fund (认缴出资), in minor units of that fund's currency.

    The investor is another fund of the matrix (`from_fund_id`) or somebody outside (`investor_name`).
    An unknown amount stays unknown, never zero; a range keeps both ends.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        sa.CheckConstraint("(from_fund_id IS NULL) <> (investor_name = '')", name="one_investor"),
        sa.CheckConstraint("from_fund_id <> fund_id", name="not_itself"),
        sa.Index(None, "fund_id", "from_fund_id"),
    )

    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("fund.id"))
    from_fund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fund.id"), default=None, index=True)
    investor_name: Mapped[str] = text(200)
    amount_low: Mapped[int | None] = money()
    amount_high: Mapped[int | None] = money()
    amount_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    committed_on: Mapped[date | None] = mapped_column(default=None)
    created_at: Mapped[datetime]

    amount = AmountOf("amount")
    fund: Mapped[Fund] = many_to_one("Fund", "Commitment.fund_id")
    from_fund: Mapped[Fund | None] = many_to_one("Fund", "Commitment.from_fund_id")
