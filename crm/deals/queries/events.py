"""Reading what happened to deals: their moves and their money."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import Actor
from crm.accounts.policies import may_read_records
from crm.activities.queries import last_said_about
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.core.expressions import unindexed
from crm.core.prepared import Prepared, PreparedAmong
from crm.deals.models import Deal, DealEvent, DealStatus, Receipt, Round

IDS: Any = sa.bindparam("ids", expanding=True)


def events_of(deal: Deal) -> Sequence[DealEvent]:
    """What happened to a deal, the latest first."""
    return db.session.scalars(
        sa.select(DealEvent)
        .options(joinedload(DealEvent.by))
        .where(DealEvent.deal_id == deal.id)
        .order_by(DealEvent.happened_on.desc(), DealEvent.id.desc())
    ).all()


def standing_events(deal: Deal) -> Sequence[DealEvent]:
    """The events of a deal that count, in the order of the days on which they happened."""
    return db.session.scalars(
        sa.select(DealEvent).where(DealEvent.deal_id == deal.id, stands()).order_by(DealEvent.happened_on, DealEvent.id)
    ).all()


def last_events(deal_ids: Collection[int]) -> dict[int, DealEvent]:
    """{deal: its latest event that counts}, in one query."""
    found = db.session.scalars(
        sa.select(DealEvent)
        .where(DealEvent.deal_id.in_(deal_ids), stands())
        .order_by(DealEvent.happened_on, DealEvent.id)
    )
    return {event.deal_id: event for event in found}


class Word(NamedTuple):
    """What was said last about a deal, and when."""

    day: date
    text: str


def last_words(deal_ids: Collection[int]) -> dict[int, Word]:
    """{deal: what was said last, with a move or in a note, meeting, call or mail}, in two queries."""
    moves = NOTED_MOVES.all(tuple(deal_ids))
    words = {event.deal_id: Word(event.happened_on, event.note) for event in moves}
    for deal_id, activity in last_said_about("deal", deal_ids).items():
        if deal_id not in words or words[deal_id].day <= activity.happened_on:
            words[deal_id] = Word(activity.happened_on, activity.text)
    return words


def lapsed_at(round: Round, at: datetime) -> Sequence[DealEvent]:
    """The events by which deals of a round lapsed when it closed or was withdrawn at a moment, with their deals."""
    deal = joinedload(DealEvent.deal)
    return db.session.scalars(
        sa.select(DealEvent)
        .join(DealEvent.deal)
        .options(deal.joinedload(Deal.round).joinedload(Round.startup), deal.joinedload(Deal.institution))
        .where(
            Deal.round_id == round.id,
            Deal.status == DealStatus.LAPSED,
            DealEvent.recorded_at == at,
            DealEvent.to_status == DealStatus.LAPSED,
            stands(),
        )
        .order_by(DealEvent.id)
    ).all()


def stands() -> sa.ColumnElement[bool]:
    """Events that count: neither taken back, nor the one that takes another back."""
    reversal = aliased(DealEvent)
    return sa.and_(unindexed(DealEvent.reverses_id).is_(None), ~sa.exists().where(reversal.reverses_id == DealEvent.id))


def is_active_on(day: date) -> sa.ColumnElement[bool]:
    """Deals that went on at the end of a day, as the events that count say; today and later: that go on."""
    if day >= day_of(now()):
        return Deal.status == DealStatus.ACTIVE
    stood_at = (
        sa.select(DealEvent.to_status)
        .where(DealEvent.deal_id == Deal.id, DealEvent.happened_on <= day, stands())
        .order_by(DealEvent.happened_on.desc(), DealEvent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return stood_at == DealStatus.ACTIVE


def standing() -> sa.ColumnElement[bool]:
    """The same of many events at once: what was taken back is read once, and not looked up event by event."""
    reversal = aliased(DealEvent)
    taken_back = sa.select(reversal.reverses_id).where(reversal.reverses_id.is_not(None))
    return sa.and_(unindexed(DealEvent.reverses_id).is_(None), DealEvent.id.not_in(taken_back))


NOTED_MOVES = PreparedAmong(
    sa.select(DealEvent.deal_id, DealEvent.happened_on, DealEvent.note)
    .where(DealEvent.note != "", stands())
    .order_by(DealEvent.happened_on, DealEvent.id),
    DealEvent.deal_id,
)


def event_recorded_at(deal: Deal, at: datetime) -> DealEvent | None:
    """The event that was recorded at a moment and still counts."""
    return db.session.scalar(
        sa.select(DealEvent).where(DealEvent.deal_id == deal.id, DealEvent.recorded_at == at, stands()).limit(1)
    )


def receipts_of(deal: Deal) -> Sequence[Any]:
    """The tranches received on a deal as rows, the first one first."""
    return RECEIPTS.all(deal_id=deal.id)


RECEIPTS = Prepared(
    sa.select(Receipt.id, Receipt.amount, Receipt.received_on, Receipt.recorded_at)
    .where(Receipt.deal_id == sa.bindparam("deal_id"))
    .order_by(Receipt.received_on, Receipt.id)
)


def find_receipt(actor: Actor, receipt_id: int) -> Receipt | None:
    """A tranche of a deal that this actor may see, with the deal's names, for staff."""
    if not may_read_records(actor):
        return None
    names = joinedload(Receipt.deal)
    return db.session.scalar(
        sa.select(Receipt)
        .options(names.joinedload(Deal.round).joinedload(Round.startup), names.joinedload(Deal.institution))
        .where(Receipt.id == receipt_id)
    )


def received_by_deal(ids: Iterable[int]) -> dict[int, int]:
    """{deal: 分 received in all}, without the deals that received nothing."""
    return {deal_id: int(total) for deal_id, total in RECEIVED.all(tuple(ids))}


RECEIVED = PreparedAmong(
    sa.select(Receipt.deal_id, sa.func.sum(Receipt.amount).label("total")).group_by(Receipt.deal_id), Receipt.deal_id
)


def receipt_recorded_at(deal: Deal, at: datetime) -> Receipt | None:
    """The tranche that was recorded at a moment, with its deal."""
    return db.session.scalar(
        sa.select(Receipt)
        .options(joinedload(Receipt.deal))
        .where(Receipt.deal_id == deal.id, Receipt.recorded_at == at)
        .limit(1)
    )
