"""What managers aim at, and how people arrange the dashboard."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import Archivable, Base, Versioned, many_to_one, text
from crm.lib.figures import Unit
from crm.metrics.definitions import METRICS, Metric


class Target(Versioned, Archivable, Base):
    """What a figure is to reach by the end of a year, in its unit: a count, or 分 in CNY. One a figure and year."""

    __tablename__ = "target"
    __table_args__ = (sa.Index(None, "year", "metric"),)

    metric: Mapped[str] = mapped_column(sa.String(60))
    year: Mapped[int]
    value: Mapped[int] = mapped_column(sa.BigInteger)
    note: Mapped[str] = text(200)

    @property
    def of(self) -> Metric:
        """The figure."""
        return METRICS[self.metric]

    @property
    def unit(self) -> Unit:
        """What the value counts."""
        return Unit.MONEY if self.of.is_money else Unit.COUNT

    @property
    def told_kinds(self) -> dict[str, str]:
        """How the history tells the value."""
        return {"value": self.unit.value}


class DashboardView(Versioned, Archivable, Base):
    """Which cards the dashboard shows, in which order. One without a name is how its owner last arranged it."""

    __tablename__ = "dashboard_view"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    name: Mapped[str] = text(60)
    cards: Mapped[tuple[str, ...]] = mapped_column(default=())
    is_shared: Mapped[bool] = mapped_column(default=False)

    account: Mapped[Account] = many_to_one("Account", "DashboardView.account_id")
