"""Who is behind a fund: the shares that commitments make, directly and through other funds."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.core.db import db
from crm.funds.look_through import WHOLE, Part, Stake, Standing, standings
from crm.funds.models import Commitment, Fund


@dataclass(frozen=True)
class Holder:
    """Somebody behind a fund: a fund (`fund_id`) or somebody outside."""

    name: str
    fund_id: int | None
    standing: Standing


@dataclass(frozen=True)
class Ownership:
    """Who is behind a fund, the largest first. `known`: the part of it whose direct holders are recorded, at least."""

    holders: tuple[Holder, ...]
    known: Fraction

    @property
    def funds(self) -> list[Holder]:
        """The funds among them: they stand between, and their holders behind them."""
        return [one for one in self.holders if one.fund_id is not None]

    @property
    def outside(self) -> list[Holder]:
        """Those whom no fund of ours stands for."""
        return [one for one in self.holders if one.fund_id is None]


def ownership_of(fund: Fund) -> Ownership:
    """Shares of what the fund raised (认缴), by its commitments and those to the funds behind it, at any depth."""
    stakes: dict[int, list[Stake]] = {}
    names: dict[Hashable, str] = {}
    waiting: set[int] = {fund.id}
    while waiting:
        found = direct_stakes(waiting, names)
        stakes |= found
        holders = {stake.holder for told in found.values() for stake in told}
        waiting = {holder for holder in holders if isinstance(holder, int)} - stakes.keys()
    told = [
        Holder(names[holder], holder if isinstance(holder, int) else None, standing)
        for holder, standing in standings(fund.id, stakes).items()
    ]
    told.sort(key=lambda one: (-one.standing.whole.low, -one.standing.whole.high, one.name))
    known = sum((stake.part.low for stake in stakes[fund.id]), Fraction(0))
    return Ownership(tuple(told), min(known, WHOLE))


def direct_stakes(fund_ids: Collection[int], names: dict[Hashable, str]) -> dict[int, list[Stake]]:
    """{fund: its direct holders}; what they are called goes into `names`."""
    giver = aliased(Fund)
    rows = db.session.execute(
        sa.select(
            Commitment.fund_id,
            Fund.committed,
            Commitment.from_fund_id,
            giver.name,
            Commitment.investor_name,
            Commitment.amount_low,
            Commitment.amount_high,
        )
        .join(Fund, Fund.id == Commitment.fund_id)
        .outerjoin(giver, giver.id == Commitment.from_fund_id)
        .where(Commitment.fund_id.in_(fund_ids), Commitment.archived_at.is_(None))
        .order_by(Commitment.id)
    ).all()
    stakes: dict[int, list[Stake]] = {fund_id: [] for fund_id in fund_ids}
    for fund_id, raised, from_fund_id, fund_name, investor, low, high in rows:
        others = sum(row[5] or 0 for row in rows if row[0] == fund_id) - (low or 0)
        holder: Hashable = from_fund_id if from_fund_id is not None else investor
        names[holder] = fund_name or investor
        stakes[fund_id].append(Stake(holder, part_of(raised, low, high, others)))
    return stakes


def part_of(raised: int | None, low: int | None, high: int | None, others: int) -> Part:
    """A commitment as a share of what its fund raised; what is not known may be all that the others leave."""
    if not raised:
        return Part(Fraction(0), WHOLE)
    least = Fraction(low or 0, raised)
    most = WHOLE - Fraction(others, raised) if high is None else Fraction(high, raised)
    return Part(min(least, WHOLE), min(max(most, least), WHOLE))
