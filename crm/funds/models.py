"""Funds, who manages them, and who committed capital to them."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import AmountOf, Archivable, Base, Versioned, many_to_one, money, one_to_many, text
from crm.institutions.models import Institution
from crm.institutions.thesis import Investing
from crm.lib.figures import Unit
from crm.lib.identifiers import amac_fund_fits
from crm.lib.money import Amount
from crm.lib.returns import FlowKind

CONTRIBUTION, FUND_SIZE, PAID_IN = "contribution", "fund_size", "paid_in"
THOUSANDTHS = 1000


class Fund(Investing, Versioned, Archivable, Base):
    """A vehicle managed by one or more institutions (基金). Amounts are in minor units of `currency`.

    `cny_rate`: CNY for one unit of the currency, in millionths (7.1021 is 7102100), with its day and source.
    The figures are reported by the fund, not derived: `reported_on`, `reported_source` and `confirmed_by` say how.
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
    reserved: Mapped[int | None] = money()
    reported_on: Mapped[date | None] = mapped_column(default=None)
    reported_source: Mapped[str] = text(120)
    confirmed_by: Mapped[str] = text(80)
    investment_begins_on: Mapped[date | None] = mapped_column(default=None)
    investment_ends_on: Mapped[date | None] = mapped_column(default=None, index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]

    managers: Mapped[list[FundManager]] = one_to_many("FundManager", "FundManager.fund_id", "FundManager.id")

    @property
    def told_currency(self) -> str:
        """In which currency the history tells its amounts."""
        return self.currency

    @property
    def amac_code_fits(self) -> bool:
        """False for a code of another form than AMAC gives: worth a look, no reason to refuse it."""
        return amac_fund_fits(self.amac_code or "")

    @property
    def investable(self) -> int | None:
        """What is left to invest: committed less invested less reserved; None as long as one of them is unknown.

        Below zero when more was invested and set aside than committed.
        """
        if self.committed is None or self.invested is None or self.reserved is None:
            return None
        return self.committed - self.invested - self.reserved

    def may_invest_on(self, day: date) -> bool:
        """False once a day lies outside the investment period; an end that is not known does not limit it."""
        begun = self.investment_begins_on is None or self.investment_begins_on <= day
        return begun and (self.investment_ends_on is None or day <= self.investment_ends_on)


class FundManager(Base):
    """One of the institutions that manage a fund; the first one is shown first."""

    __tablename__ = "fund_manager"
    __table_args__ = (sa.UniqueConstraint("fund_id", "institution_id"),)

    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("fund.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"), index=True)

    institution: Mapped[Institution] = many_to_one("Institution", "FundManager.institution_id")


class Commitment(Versioned, Archivable, Base):
    """What an investor promised to a fund (认缴出资), in minor units of that fund's currency.

    The investor is another fund of the matrix (`from_fund_id`) or somebody outside (`investor_name`). Who is outside
    may be one of our institutions (`from_institution_id`), and keeps the name that the commitment was recorded under.
    An unknown amount stays unknown, never zero; a range keeps both ends. `paid_in` is what was called and paid.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        sa.CheckConstraint("(from_fund_id IS NULL) <> (investor_name = '')", name="one_investor"),
        sa.CheckConstraint("from_fund_id <> fund_id", name="not_itself"),
        sa.Index(None, "fund_id", "from_fund_id"),
        sa.Index(None, "investor_name"),
    )

    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("fund.id"))
    from_fund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fund.id"), default=None, index=True)
    from_institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), default=None, index=True)
    investor_name: Mapped[str] = text(200)
    amount_low: Mapped[int | None] = money()
    amount_high: Mapped[int | None] = money()
    amount_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    committed_on: Mapped[date | None] = mapped_column(default=None)
    paid_in: Mapped[int | None] = money()
    created_at: Mapped[datetime]

    amount = AmountOf("amount")
    fund: Mapped[Fund] = many_to_one("Fund", "Commitment.fund_id")
    from_fund: Mapped[Fund | None] = many_to_one("Fund", "Commitment.from_fund_id")
    from_institution: Mapped[Institution | None] = many_to_one("Institution", "Commitment.from_institution_id")

    @property
    def told_currency(self) -> str:
        """In which currency the history tells its amounts."""
        return self.fund.currency


class LocalRequirement(Versioned, Base):
    """What a fund must invest in an investor's region for its commitment (返投). Amounts in the fund's currency.

    `ratio` of the `base` in thousandths: 1500 is 1.5 times, or 150 %, as `unit` says. `fulfilled`: what counts so far.
    """

    __tablename__ = "local_requirement"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"), unique=True)
    base: Mapped[str] = mapped_column(sa.String(30))
    ratio: Mapped[int]
    unit: Mapped[str] = mapped_column(sa.String(30))
    region: Mapped[str] = text(120)
    rule: Mapped[str] = mapped_column(sa.Text, default="")
    due_on: Mapped[date | None] = mapped_column(default=None, index=True)
    fulfilled: Mapped[int | None] = money()
    fulfilled_as_of: Mapped[date | None] = mapped_column(default=None)
    source: Mapped[str] = text(120)
    created_at: Mapped[datetime]

    commitment: Mapped[Commitment] = many_to_one("Commitment", "LocalRequirement.commitment_id")

    @property
    def told_currency(self) -> str:
        """In which currency the history tells its amounts."""
        return self.commitment.told_currency

    def required(self, commitment: Commitment, fund: Fund) -> Amount:
        """What must be invested: base × ratio. A range when the base is one, undisclosed when the base is unknown."""
        exact = {FUND_SIZE: fund.committed, PAID_IN: commitment.paid_in}
        base = commitment.amount if self.base == CONTRIBUTION else exactly(exact[self.base])
        if base.low is None or base.high is None:
            return Amount()
        low, high = (end * self.ratio // THOUSANDTHS for end in (base.low, base.high))
        return Amount.exactly(low) if low == high else Amount(low, high)

    def rest(self, required: Amount) -> Amount:
        """What is still to be invested; nothing below zero, and undisclosed as long as either side is unknown."""
        if required.low is None or required.high is None or self.fulfilled is None:
            return Amount()
        return Amount(max(required.low - self.fulfilled, 0), max(required.high - self.fulfilled, 0))


class FundFlow(Versioned, Archivable, Base):
    """What happened between a fund and its investors on a day (资金流): never negative, its kind says the direction."""

    __tablename__ = "fund_flow"
    __table_args__ = (sa.Index(None, "fund_id", "happened_on"), sa.CheckConstraint("amount > 0", name="amount"))

    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("fund.id"))
    happened_on: Mapped[date]
    kind: Mapped[FlowKind]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    note: Mapped[str] = text(200)
    source: Mapped[str] = text(120)
    created_at: Mapped[datetime]

    fund: Mapped[Fund] = many_to_one("Fund", "FundFlow.fund_id")

    @property
    def told_currency(self) -> str:
        """In which currency the history tells its amounts."""
        return self.fund.currency


class Measure(enum.StrEnum):
    """What a fund reports of itself."""

    NAV = "nav"
    DPI = "dpi"
    TVPI = "tvpi"
    IRR = "irr"


MEASURE_UNITS = {
    Measure.NAV: Unit.MONEY,
    Measure.DPI: Unit.MULTIPLE,
    Measure.TVPI: Unit.MULTIPLE,
    Measure.IRR: Unit.PERCENT,
}
NET, GROSS = "net", "gross"


class FundFigure(Versioned, Archivable, Base):
    """A figure that a fund reported, never computed here: `value` in the unit of its measure, money in 分 of the fund.

    `fee_basis`: net of fees and carried interest, or gross. `credit_line`: with or without the effect of a
    subscription line; None where the report does not say.
    """

    __tablename__ = "fund_figure"
    __table_args__ = (sa.Index(None, "fund_id", "as_of"),)

    fund_id: Mapped[int] = mapped_column(sa.ForeignKey("fund.id"))
    measure: Mapped[Measure]
    value: Mapped[int] = mapped_column(sa.BigInteger)
    fee_basis: Mapped[str] = mapped_column(sa.String(30), default=NET)
    credit_line: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    as_of: Mapped[date]
    source: Mapped[str] = text(120)
    confirmed_by: Mapped[str] = text(80)
    created_at: Mapped[datetime]

    fund: Mapped[Fund] = many_to_one("Fund", "FundFigure.fund_id")

    @property
    def unit(self) -> Unit:
        """What the value counts."""
        return MEASURE_UNITS[self.measure]

    @property
    def told_kinds(self) -> dict[str, str]:
        """How the history tells the value."""
        return {"value": self.unit.value}

    @property
    def told_currency(self) -> str:
        """In which currency the history tells its amounts."""
        return self.fund.currency


def exactly(fen: int | None) -> Amount:
    return Amount() if fen is None else Amount.exactly(fen)
