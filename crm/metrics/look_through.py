"""The fund matrix on one basis, looked through: what lies inside it, what came from outside, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.keeping import until_written
from crm.funds.look_through import Edge, LookThrough, Span, look_through
from crm.funds.models import Commitment, Fund
from crm.metrics.definitions.funds import funds_joined, in_cny

# What a fund raised and what it was given, on each basis. AUM is none of them.
RAISED = {"committed": Fund.committed, "paid_in": Fund.paid_in, "target": Fund.target}
BASES = tuple(RAISED)
FIGURES = {f"fund_matrix_{one}": one for one in ("gross", "inside", "net")}  # of the basis of commitments


@dataclass(frozen=True)
class Seen:
    """A look through the matrix, and what its funds are called."""

    found: LookThrough
    names: dict[int, str]
    raised: dict[int, int | None]


def seen_through(basis: str, as_of: date) -> Seen:
    """The funds that had joined by a day and what they had committed to each other by then; a commitment without a day
    counts always. On the basis of targets, too, funds gave each other what they committed."""
    return until_written(("look through", basis, as_of), lambda: see_through(basis, as_of))


def range_of(name: str, as_of: date) -> Span | None:
    """Between what and what a figure of the matrix lies, where amounts behind it are not exactly known; else None."""
    if name not in FIGURES:
        return None
    found: Span = getattr(seen_through("committed", as_of).found, FIGURES[name])
    return None if found.is_exact else found


def see_through(basis: str, as_of: date) -> Seen:
    joined = funds_joined()
    funds = db.session.execute(
        sa.select(Fund.id, Fund.name, in_cny(RAISED[basis], Fund))
        .join(joined, joined.c.fund_id == Fund.id)
        .where(joined.c.joined_on <= as_of)
    ).all()
    raised = {row[0]: None if row[2] is None else int(row[2]) for row in funds}
    return Seen(look_through(raised, edges(basis, as_of)), {row[0]: row[1] for row in funds}, raised)


def edges(basis: str, as_of: date) -> list[Edge]:
    """What one fund gave another: exact, between two amounts, or not known."""
    paid = (Commitment.paid_in, Commitment.paid_in)
    low, high = paid if basis == "paid_in" else (Commitment.amount_low, Commitment.amount_high)
    found = db.session.execute(
        sa.select(Commitment.from_fund_id, Commitment.fund_id, in_cny(low, Fund), in_cny(high, Fund))
        .join(Fund, Fund.id == Commitment.fund_id)
        .where(
            Commitment.from_fund_id.is_not(None),
            Commitment.archived_at.is_(None),
            sa.or_(Commitment.committed_on.is_(None), Commitment.committed_on <= as_of),
        )
        .order_by(Commitment.id)
    )
    return [Edge(giver, receiver, span(low, high)) for giver, receiver, low, high in found]


def span(low: Any, high: Any) -> Span:
    return Span(0 if low is None else int(low), None if low is None or high is None else int(high))
