"""Why institutions pass, and how else deals end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from crm.analytics.figures import FIGURES, before_meeting
from crm.analytics.filters import NONE, Filters
from crm.analytics.history import present
from crm.core.db import db
from crm.core.keeping import until_written


@dataclass(frozen=True)
class ReasonRow:
    """Deals that institutions passed for one reason ("-": none given), before and after they met."""

    reason: str
    deals: int
    unmet: int

    @property
    def met(self) -> int:
        """Those that stood at the meeting or later."""
        return self.deals - self.unmet


@dataclass(frozen=True)
class Endings:
    """How deals ended: passed by reason, the commonest first; declined by the startup; lapsed."""

    introduced: int
    reasons: tuple[ReasonRow, ...]
    declined: int
    lapsed: int

    @property
    def passed(self) -> int:
        """Deals that institutions passed."""
        return sum(one.deals for one in self.reasons)

    @property
    def unmet(self) -> int:
        """Of these, before the first meeting."""
        return sum(one.unmet for one in self.reasons)


def endings(filters: Filters, as_of: date) -> Endings:
    """How the deals that filters choose ended, as they stand today."""
    return until_written(("endings", filters, as_of, before_meeting()), lambda: read_endings(filters, as_of))


def read_endings(filters: Filters, as_of: date) -> Endings:
    history = present(filters, as_of)
    table = history.table
    names = ("declined", "lapsed")
    others = db.session.execute(
        sa.select(sa.func.count(), *(history.counted(FIGURES[name].where(history, "")) for name in names)).select_from(
            table
        )
    ).one()
    unmet = history.counted(FIGURES["passed-unmet"].where(history, ""))
    rows = db.session.execute(
        sa.select(table.c.pass_reason, sa.func.count(), unmet)
        .where(history.passed(""))
        .group_by(table.c.pass_reason)
        .order_by(sa.func.count().desc(), table.c.pass_reason)
    )
    return Endings(others[0], tuple(ReasonRow(row[0] or NONE, row[1], row[2]) for row in rows), others[1], others[2])
