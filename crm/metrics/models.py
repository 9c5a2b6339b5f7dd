"""What the figures counted, as it was known at any moment; what was reported to others; figures that others publish."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Archivable, Base, Versioned, money, text
from crm.lib.figures import Unit


class KnownFact(Base):
    """A fact that a figure counted, for as long as it was known like this (当时已知): never changed, only ended.

    Known at a moment: `known_from` ≤ moment < `known_until`. `day`, `until` and `amount` as in `definitions/metric.py`.
    """

    __tablename__ = "known_fact"
    __table_args__ = (sa.Index(None, "metric", "version", "known_until", "known_from"),)

    metric: Mapped[str] = mapped_column(sa.String(60))
    version: Mapped[int]
    row_id: Mapped[int] = mapped_column(sa.BigInteger)
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    label: Mapped[str] = mapped_column(sa.String(300))
    detail: Mapped[str] = text(300)
    day: Mapped[date]
    until: Mapped[date | None] = mapped_column(default=None)
    amount: Mapped[int | None] = money()
    known_from: Mapped[datetime]
    known_until: Mapped[datetime | None] = mapped_column(default=None)


class Snapshot(Base):
    """One look at a figure: its value as of a day, and the words of its definition at that time."""

    __tablename__ = "snapshot"
    __table_args__ = (sa.Index(None, "metric", "taken_at"),)

    metric: Mapped[str] = mapped_column(sa.String(60))
    version: Mapped[int]
    as_of: Mapped[date]
    taken_at: Mapped[datetime]
    value: Mapped[int] = mapped_column(sa.BigInteger)
    facts: Mapped[int]
    definition_zh: Mapped[str] = mapped_column(sa.Text)
    definition_en: Mapped[str] = mapped_column(sa.Text)


class SubmittedFigure(Versioned, Archivable, Base):
    """A figure that was reported to somebody (已报送): frozen with the facts known at `taken_at`."""

    __tablename__ = "submitted_figure"
    __table_args__ = (sa.Index(None, "metric", "as_of"),)

    metric: Mapped[str] = mapped_column(sa.String(60))
    metric_version: Mapped[int]
    as_of: Mapped[date]
    taken_at: Mapped[datetime]
    value: Mapped[int] = mapped_column(sa.BigInteger)
    submitted_to: Mapped[str] = mapped_column(sa.String(120))
    submitted_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)


class ReferenceFigure(Versioned, Archivable, Base):
    """A figure that somebody else publishes, as it was read there: never computed from our records.

    `numerator` and `denominator` are in the `unit`, as in `lib/figures.py`; a figure without denominator has no share.
    `beside`: the figure or yardstick that it stands beside, "" for none.
    """

    __tablename__ = "reference_figure"

    name_zh: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = text(120)
    numerator: Mapped[int] = mapped_column(sa.BigInteger)
    denominator: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    unit: Mapped[str] = mapped_column(sa.String(30), default=Unit.COUNT)
    source: Mapped[str] = mapped_column(sa.String(200))
    as_of: Mapped[date]
    beside: Mapped[str] = text(60)

    @property
    def told_kinds(self) -> dict[str, str]:
        """How the history tells the values."""
        return {"numerator": self.unit, "denominator": self.unit}

    @property
    def share(self) -> Decimal | None:
        """The share in percent, to one decimal; None without a denominator."""
        if not self.denominator:
            return None
        return (Decimal(100 * self.numerator) / self.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def label(self, language: str) -> str:
        """The name in a language; the Chinese one where the English one is missing."""
        return self.name_en if language == "en" and self.name_en else self.name_zh
