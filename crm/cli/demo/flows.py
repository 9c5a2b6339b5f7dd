"""What a dozen funds called, paid back and reported, invented."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crm.core.bulk import add_many
from crm.core.db import db
from crm.funds.models import Fund, FundFigure, FundFlow, Measure
from crm.lib.money import WAN_YUAN
from crm.lib.returns import FlowKind

FUNDS = 12
SOURCE = "基金季度报告"
QUARTER = timedelta(days=91)


class Flows:
    """Flows and net asset values of the oldest funds until a day, as J-curves go: money out first, back later."""

    def __init__(self, today: date, at: datetime, chance: random.Random) -> None:
        self.today = today
        self.at = at
        self.chance = chance

    def tell(self) -> int:
        """Write them, without audit lines; returns how many funds have some."""
        oldest = sa.select(Fund).where(Fund.committed > 0, Fund.vintage.is_not(None)).order_by(Fund.vintage, Fund.id)
        funds = db.session.scalars(oldest.limit(FUNDS)).all()
        told = [record for fund in funds for record in self.life_of(fund)]
        for kind in (FundFlow, FundFigure):
            add_many([record for record in told if isinstance(record, kind)])
        return len(funds)

    def life_of(self, fund: Fund) -> Iterator[FundFlow | FundFigure]:
        """Calls over four years, distributions from the fourth on, a net asset value for each half of a year."""
        day = date(fund.vintage or self.today.year, self.chance.randint(1, 9), self.chance.randint(1, 28))
        committed = fund.committed or 0
        growth = self.chance.uniform(1.0, 1.05)  # in a quarter
        worth = quarter = 0
        yield self.flow(fund, day, FlowKind.COMMITMENT, committed)
        while day <= self.today:
            worth = int(worth * growth)
            if quarter < 16 and quarter % 2 == 0:
                called = rounded(committed * self.chance.uniform(0.08, 0.12))
                yield self.flow(fund, day, FlowKind.CALL, called)
                worth += called
            if quarter > 12 and self.chance.random() < 0.5:
                paid = rounded(worth * self.chance.uniform(0.04, 0.15))
                kind = self.chance.choices((FlowKind.DISTRIBUTION, FlowKind.RECALLABLE), (9, 1))[0]
                yield self.flow(fund, day + timedelta(days=40), kind, paid)
                worth -= paid
            day += QUARTER
            quarter += 1
            if quarter % 2 == 0 and day <= self.today:
                yield self.figure(fund, day, worth)

    def flow(self, fund: Fund, day: date, kind: FlowKind, amount: int) -> FundFlow:
        return FundFlow(
            fund_id=fund.id,
            happened_on=min(day, self.today),
            kind=kind,
            amount=amount,
            source=SOURCE,
            created_at=self.at,
        )

    def figure(self, fund: Fund, day: date, worth: int) -> FundFigure:
        return FundFigure(
            fund_id=fund.id,
            measure=Measure.NAV,
            value=rounded(worth),
            as_of=day,
            source=SOURCE,
            confirmed_by="周牧之",
            created_at=self.at,
        )


def rounded(fen: float) -> int:
    """A whole number of 万, one at least."""
    return max(int(fen / WAN_YUAN), 1) * WAN_YUAN
