"""Reading rounds, deals, their events and money, and the interests that wait."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import Account, Actor
from crm.accounts.policies import may_read_records
from crm.core.db import db
from crm.core.listing import BELOW_ZERO, COUNT_LIMIT, FIRST_DAY, PAGE_SIZE, Place, Slice, Sort, count_up_to, slice_of
from crm.deals.models import Deal, DealEvent, DealStatus, Interest, Receipt, Round, RoundState
from crm.deals.policies import rounds_visible_to, visible_to
from crm.institutions.models import Institution
from crm.search import queries as search_queries
from crm.startups.models import Startup

WITH_NAMES = (
    joinedload(Deal.round).joinedload(Round.startup),
    joinedload(Deal.institution),
    joinedload(Deal.owner),
)
OPEN_STATES = (RoundState.REGISTERED, RoundState.SCREENED, RoundState.OPEN)


def find_deal(actor: Actor, deal_id: int) -> Deal | None:
    """A deal that this actor may see, with its round, startup, institution, fund and owner."""
    return db.session.scalar(
        sa.select(Deal).options(*WITH_NAMES, joinedload(Deal.fund)).where(Deal.id == deal_id, visible_to(actor))
    )


def find_round(actor: Actor, round_id: int) -> Round | None:
    """A round that this actor may see, with its startup."""
    return db.session.scalar(
        sa.select(Round).options(joinedload(Round.startup)).where(Round.id == round_id, rounds_visible_to(actor))
    )


def find_interest(actor: Actor, interest_id: int) -> Interest | None:
    """An interest from the portal, for staff."""
    if not may_read_records(actor):
        return None
    return db.session.scalar(
        sa.select(Interest)
        .options(joinedload(Interest.startup), joinedload(Interest.institution), joinedload(Interest.deal))
        .where(Interest.id == interest_id)
    )


def deals(
    actor: Actor,
    place: Place,
    *,
    text: str = "",
    stage: str = "",
    status: str = "",
    owner_id: int | None = None,
    startup_id: int | None = None,
    institution_id: int | None = None,
    round_id: int | None = None,
    archived: bool = False,
    size: int = PAGE_SIZE,
) -> Slice:
    """The list of deals, each with startup, round, institution and owner."""
    statement = (
        sa.select(Deal)
        .options(*WITH_NAMES)
        .where(visible_to(actor), Deal.archived_at.is_not(None) if archived else Deal.archived_at.is_(None))
    )
    if text:
        statement = statement.where(matches(text))
    wanted = (
        (Deal.stage, stage),
        (Deal.status, status),
        (Deal.owner_id, owner_id),
        (Deal.institution_id, institution_id),
        (Deal.round_id, round_id),
    )
    for column, value in wanted:
        if value:
            statement = statement.where(column == value)
    if startup_id:
        statement = statement.where(Deal.round_id.in_(sa.select(Round.id).where(Round.startup_id == startup_id)))
    sorts = {
        "moved": Sort(Deal.moved_on, True),
        "introduced": Sort(Deal.introduced_on, True),
        "signed": Sort(sa.func.coalesce(Deal.signed, BELOW_ZERO), True),
    }
    return slice_of(statement, Deal.id, sorts, place, size)


def deals_to_change(actor: Actor, ids: Collection[int]) -> Sequence[Deal]:
    """Deals as they are now, each with startup, round, institution and owner, kept from others until this unit ends."""
    return db.session.scalars(
        sa.select(Deal)
        .options(*WITH_NAMES)
        .where(Deal.id.in_(ids), visible_to(actor))
        .with_for_update(of=Deal)
        .execution_options(populate_existing=True)
    ).all()


def matches(text: str) -> sa.ColumnElement[bool]:
    """Deals that a text finds: by startup, institution and round."""
    return search_queries.matches(Deal.id, "deal", text)


def deals_of_startup(startup: Startup, limit: int) -> Sequence[Deal]:
    """The deals of a startup that moved last."""
    return latest_deals(Deal.round_id.in_(sa.select(Round.id).where(Round.startup_id == startup.id)), limit)


def deals_of_institution(institution: Institution, limit: int) -> Sequence[Deal]:
    """The deals of an institution that moved last."""
    return latest_deals(Deal.institution_id == institution.id, limit)


def deals_in_round(round: Round, limit: int = 200) -> Sequence[Deal]:
    """Everything that a round led to, the latest move first."""
    return latest_deals(Deal.round_id == round.id, limit)


def active_deals(owner: Account | None, limit: int) -> Sequence[Deal]:
    """Active deals, an owner's or everybody's, the longest still first."""
    statement = (
        sa.select(Deal)
        .options(*WITH_NAMES)
        .where(Deal.status == DealStatus.ACTIVE, Deal.archived_at.is_(None))
        .order_by(Deal.moved_on, Deal.id)
        .limit(limit)
    )
    return db.session.scalars(statement.where(Deal.owner_id == owner.id) if owner else statement).all()


def open_of(owner: Account) -> sa.ColumnElement[bool]:
    """Deals of an owner that are not over: active and on hold."""
    going_on = Deal.status.in_((DealStatus.ACTIVE, DealStatus.ON_HOLD))
    return sa.and_(Deal.owner_id == owner.id, going_on, Deal.archived_at.is_(None))


def count_open_of(owner: Account) -> int:
    """How many deals of an owner are not over."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Deal).where(open_of(owner))) or 0


def open_deals_of(owner: Account) -> Sequence[Deal]:
    """The deals of an owner that are not over, with their names."""
    return db.session.scalars(sa.select(Deal).options(*WITH_NAMES).where(open_of(owner)).order_by(Deal.id)).all()


def latest_deals(condition: Any, limit: int) -> Sequence[Deal]:
    return db.session.scalars(
        sa.select(Deal)
        .options(*WITH_NAMES)
        .where(condition, Deal.archived_at.is_(None))
        .order_by(Deal.moved_on.desc(), Deal.id.desc())
        .limit(limit)
    ).all()


def count_deals(*, startup_id: int | None = None, institution_id: int | None = None) -> int:
    """How many deals a startup or an institution has, counted to 1,000."""
    statement = sa.select(Deal.id).where(Deal.archived_at.is_(None))
    if startup_id:
        statement = statement.where(Deal.round_id.in_(sa.select(Round.id).where(Round.startup_id == startup_id)))
    if institution_id:
        statement = statement.where(Deal.institution_id == institution_id)
    return count_up_to(statement, COUNT_LIMIT)


def events_of(deal: Deal) -> Sequence[DealEvent]:
    """What happened to a deal, the latest first."""
    return db.session.scalars(
        sa.select(DealEvent)
        .options(joinedload(DealEvent.by))
        .where(DealEvent.deal_id == deal.id)
        .order_by(DealEvent.happened_on.desc(), DealEvent.id.desc())
    ).all()


def receipts_of(deal: Deal) -> Sequence[Receipt]:
    """The tranches received on a deal, the first one first."""
    return db.session.scalars(
        sa.select(Receipt).where(Receipt.deal_id == deal.id).order_by(Receipt.received_on, Receipt.id)
    ).all()


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
    rows = db.session.execute(
        sa.select(Receipt.deal_id, sa.func.sum(Receipt.amount))
        .where(Receipt.deal_id.in_(list(ids)))
        .group_by(Receipt.deal_id)
    )
    return {deal_id: int(total) for deal_id, total in rows}


def rounds(
    actor: Actor, place: Place, *, text: str = "", state: str = "", name: str = "", archived: bool = False
) -> Slice:
    """The list of rounds, each with its startup."""
    statement = (
        sa.select(Round)
        .options(joinedload(Round.startup))
        .where(
            rounds_visible_to(actor),
            Round.archived_at.is_not(None) if archived else Round.archived_at.is_(None),
        )
    )
    if text:
        statement = statement.where(search_queries.matches(Round.id, "round", text))
    for column, value in ((Round.state, state), (Round.name, name)):
        if value:
            statement = statement.where(column == value)
    sorts = {
        "opened": Sort(sa.func.coalesce(Round.opened_on, FIRST_DAY), True),
        "sought": Sort(sa.func.coalesce(Round.sought_low, BELOW_ZERO), True),
    }
    return slice_of(statement, Round.id, sorts, place)


def rounds_of(startup: Startup) -> Sequence[Round]:
    """The rounds that a startup sought, the latest first."""
    return db.session.scalars(
        sa.select(Round)
        .where(Round.startup_id == startup.id, Round.archived_at.is_(None))
        .order_by(Round.opened_on.is_(None), Round.opened_on.desc(), Round.id.desc())
    ).all()


def open_rounds_of(startup: Startup) -> Sequence[Round]:
    """The rounds that institutions can be introduced to now."""
    return [one for one in rounds_of(startup) if one.state == RoundState.OPEN]


def count_rounds(*, startup_id: int) -> int:
    """How many rounds a startup sought."""
    return count_up_to(
        sa.select(Round.id).where(Round.startup_id == startup_id, Round.archived_at.is_(None)), COUNT_LIMIT
    )


def round_called(startup: Startup, name: str) -> Round | None:
    """The startup's round of that name, put away or not."""
    return db.session.scalar(sa.select(Round).where(Round.startup_id == startup.id, Round.name == name))


def deal_between(round_id: int, institution_id: int) -> Deal | None:
    """The one deal of a round with an institution, put away or not."""
    return db.session.scalar(sa.select(Deal).where(Deal.round_id == round_id, Deal.institution_id == institution_id))


def last_event(deal: Deal) -> DealEvent | None:
    """The latest event of a deal, by the day on which it happened."""
    return db.session.scalar(
        sa.select(DealEvent)
        .where(DealEvent.deal_id == deal.id, stands())
        .order_by(DealEvent.happened_on.desc(), DealEvent.id.desc())
        .limit(1)
    )


def stands() -> sa.ColumnElement[bool]:
    """Events that count: neither taken back, nor the one that takes another back."""
    reversal = aliased(DealEvent)
    return sa.and_(DealEvent.reverses_id.is_(None), ~sa.exists().where(reversal.reverses_id == DealEvent.id))


def event_recorded_at(deal: Deal, at: datetime) -> DealEvent | None:
    """The event that was recorded at a moment and still counts."""
    return db.session.scalar(
        sa.select(DealEvent).where(DealEvent.deal_id == deal.id, DealEvent.recorded_at == at, stands()).limit(1)
    )


def receipt_recorded_at(deal: Deal, at: datetime) -> Receipt | None:
    """The tranche that was recorded at a moment, with its deal."""
    return db.session.scalar(
        sa.select(Receipt)
        .options(joinedload(Receipt.deal))
        .where(Receipt.deal_id == deal.id, Receipt.recorded_at == at)
        .limit(1)
    )


def waiting_interests(limit: int = 50) -> Sequence[Interest]:
    """Interests from the portal that nobody has handled, the oldest first."""
    return db.session.scalars(
        sa.select(Interest)
        .options(
            joinedload(Interest.startup),
            joinedload(Interest.institution),
            joinedload(Interest.account),
            joinedload(Interest.deal),
        )
        .where(Interest.handled_at.is_(None))
        .order_by(Interest.id)
        .limit(limit)
    ).all()


def interests_of(institution_id: int, startup_id: int) -> Sequence[Interest]:
    """What an institution said about a startup in the portal, the latest first."""
    return db.session.scalars(
        sa.select(Interest)
        .where(Interest.institution_id == institution_id, Interest.startup_id == startup_id)
        .order_by(Interest.id.desc())
    ).all()
