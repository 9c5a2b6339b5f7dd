"""What moved in the week: each deal once, by what its events of the week come to; and the money, each kind apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.deals.models import Deal, DealEvent, DealStatus, Receipt
from crm.deals.queries import stands
from crm.meeting.queries.parts import Few, few, named_deals
from crm.meeting.week import Week
from crm.settings.queries import terms

ENDED = (DealStatus.PASSED, DealStatus.DECLINED, DealStatus.LAPSED)


@dataclass(frozen=True)
class Move:
    """A deal that moved: from which stage to which, what it is now, and why it ended. `day`: of the latest event."""

    deal_id: int
    startup: str
    institution: str
    round: str
    owner: str
    before: str
    after: str
    status: str
    reason: str
    day: date


@dataclass(frozen=True)
class Payment:
    """An amount signed or received on a deal, in 分."""

    deal_id: int
    startup: str
    institution: str
    round: str
    owner: str
    amount: int
    day: date


@dataclass(frozen=True)
class Payments:
    """Amounts of one kind: the largest first, and 分 in all."""

    few: Few[Payment]
    amount: int


@dataclass(frozen=True)
class Moved:
    """Deals by how they moved. `changed`: put on hold, or taken up again, at the stage where they were."""

    introduced: Few[Move]
    forward: Few[Move]
    back: Few[Move]
    ended: Few[Move]
    changed: Few[Move]
    signed: Payments
    received: Payments

    @property
    def is_empty(self) -> bool:
        """True when nothing moved."""
        groups = (self.introduced, self.forward, self.back, self.ended, self.changed)
        return not any(one.count for one in groups) and not self.signed.few.count and not self.received.few.count


def read_moved(week: Week) -> Moved:
    """Everything that happened from the Monday to the Sunday, or to the day on which it is told."""
    groups: dict[str, list[Move]] = {name: [] for name in ("introduced", "forward", "back", "ended", "changed")}
    for first, move in moves_of(week):
        groups[kind_of(first, move)].append(move)
    ordered = {name: few(sorted(moves, key=furthest_first)) for name, moves in groups.items()}
    return Moved(**ordered, signed=signed_in(week), received=received_in(week))


def moves_of(week: Week) -> list[tuple[Any, Move]]:
    """(first event of the week, the move that its events come to) of each deal.

    That the deals are those of such events is said twice: else both databases go through all deals.
    """
    happened = DealEvent.happened_on.between(week.first, week.last)
    rows = db.session.execute(
        named_deals(
            DealEvent.from_stage,
            DealEvent.to_stage,
            DealEvent.from_status,
            DealEvent.to_status,
            DealEvent.reason,
            DealEvent.happened_on,
        )
        .join(DealEvent, DealEvent.deal_id == Deal.id)
        .where(happened, stands(), Deal.id.in_(sa.select(DealEvent.deal_id).where(happened)))
        .order_by(Deal.id, DealEvent.happened_on, DealEvent.id)
    )
    found = []
    for _, members in groupby(rows, key=lambda row: row.deal_id):
        events = list(members)
        found.append((events[0], move_of(events[0], events[-1])))
    return found


def move_of(first: Any, last: Any) -> Move:
    before = first.from_stage or first.to_stage
    reason = last.reason or "" if last.to_status in ENDED else ""
    who = (first.deal_id, first.startup, first.institution, first.round, first.owner)
    return Move(*who, before, last.to_stage, str(last.to_status), reason, last.happened_on)


def kind_of(first: Any, move: Move) -> str:
    """How a deal moved: it ended, was introduced, went forward or back, or changed its status only."""
    if move.status in ENDED:
        return "ended"
    if first.from_stage is None:
        return "introduced"
    step = place(move.after) - place(move.before)
    return "forward" if step > 0 else "back" if step < 0 else "changed"


def furthest_first(move: Move) -> tuple[int, date, int]:
    return -place(move.after), move.day, move.deal_id


def place(code: str) -> int:
    """The position of a stage; 0 of one that the vocabulary lost."""
    found = terms("deal_stage").get(code)
    return found.position if found else 0


def signed_in(week: Week) -> Payments:
    """Deals signed in the week."""
    rows = named_deals(Deal.signed.label("amount"), Deal.signed_on.label("day"))
    return payments(rows.where(Deal.signed_on.between(week.first, week.last), Deal.signed.is_not(None)))


def received_in(week: Week) -> Payments:
    """Tranches received in the week."""
    rows = named_deals(Receipt.amount.label("amount"), Receipt.received_on.label("day"))
    came = Receipt.received_on.between(week.first, week.last)
    rows = rows.join(Receipt, Receipt.deal_id == Deal.id)
    return payments(rows.where(came, Deal.id.in_(sa.select(Receipt.deal_id).where(came))))


def payments(rows: Any) -> Payments:
    found = [Payment(*row) for row in db.session.execute(rows)]
    found.sort(key=lambda one: (-one.amount, one.deal_id))
    return Payments(few(found), sum(one.amount for one in found))
