"""Reading deals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import Account, Actor
from crm.core.bulk import to_change
from crm.core.db import db
from crm.core.expressions import in_bin, within
from crm.core.listing import BELOW_ZERO, LASTING, PAGE_SIZE, Count, Place, Slice, Sort, slice_of
from crm.core.prepared import Prepared, record_seen
from crm.deals.models import Deal, DealStatus, Receipt, Round
from crm.deals.policies import visible_to
from crm.deals.queries.wanted import Wanted, conditions, matching, meant_by
from crm.institutions.models import Institution
from crm.search import queries as search_queries
from crm.startups.models import Startup

ANY = Wanted()
# Of deals that are not put away the first says nothing, but lets PostgreSQL read along an index.
LAST_MOVED = (Deal.archived_at.desc(), Deal.moved_on.desc(), Deal.id.desc())
ROUND, STARTUP, OWNER = aliased(Round), aliased(Startup), aliased(Account)  # conditions may ask the tables themselves
WITH_NAMES = (
    joinedload(Deal.round).joinedload(Round.startup),
    joinedload(Deal.institution),
    joinedload(Deal.owner),
)

# What a list shows of a deal: a page of whole records takes ten times as long to load.
SHOWN: tuple[Any, ...] = (
    Deal.id,
    Deal.stage,
    Deal.status,
    Deal.entered_on,
    Deal.signed,
    Deal.next_step,
    Deal.next_step_on,
    Deal.pass_reason,
    Deal.introduced_on,
    OWNER.name.label("owner_name"),
    ROUND.name.label("round_name"),
    STARTUP.shown_name.label("startup_name"),
    Institution.name.label("institution_name"),
    sa.cast(
        sa.select(sa.func.sum(Receipt.amount)).where(Receipt.deal_id == Deal.id).scalar_subquery(), sa.BigInteger
    ).label("received"),
)
ROWS = (
    sa.select(*SHOWN)
    .join(ROUND, ROUND.id == Deal.round_id, isouter=True)
    .join(STARTUP, STARTUP.id == ROUND.startup_id, isouter=True)
    .join(Institution, Institution.id == Deal.institution_id, isouter=True)
    .join(OWNER, OWNER.id == Deal.owner_id, isouter=True)
)
SORTS = {
    "moved": Sort(Deal.moved_on, True),
    "entered": Sort(Deal.entered_on),
    "introduced": Sort(Deal.introduced_on, True),
    "signed": Sort(sa.func.coalesce(Deal.signed, BELOW_ZERO), True),
}


def find_deal(actor: Actor, deal_id: int) -> Deal | None:
    """A deal that this actor may see, with its round, startup, institution, fund and owner."""
    return record_seen(BY_ID, visible_to(actor), deal_id)


BY_ID = sa.select(Deal).options(*WITH_NAMES, joinedload(Deal.fund)).where(Deal.id == sa.bindparam("id"))


def deals(actor: Actor, place: Place, wanted: Wanted = ANY, *, size: int = PAGE_SIZE) -> Slice:
    """The list of deals, each with startup, round, institution and owner."""
    statement = sa.select(Deal).options(*WITH_NAMES).where(*conditions(actor, wanted))
    return slice_of(statement, Deal.id, SORTS, place, size)


def deal_rows(actor: Actor, place: Place, wanted: Wanted = ANY) -> Slice:
    """The list of deals as rows of `SHOWN`."""
    others = wanted.but(text="")
    statement = partial(lasting_list if others.lasts else listed, visible_to(actor), others)
    if not wanted.text:
        return slice_of(statement(few=False), Deal.id, SORTS, place, count=Count.ALONE)
    nothing_else = others == ANY
    return search_queries.page_of(matching(wanted.text), statement, Deal.id, SORTS, place, nothing_else=nothing_else)


def listed(seen: sa.ColumnElement[bool], wanted: Wanted, *, few: bool) -> sa.Select[Any]:
    return ROWS.where(seen, *meant_by(wanted, few=few))


lasting_list = lru_cache(LASTING)(listed)


def latest_rows(actor: Actor, record: Startup | Institution, limit: int) -> Sequence[Any]:
    """The deals of a startup or an institution that moved last, as rows of `SHOWN`."""
    latest, seen = LATEST[record.__tablename__], visible_to(actor)
    if isinstance(seen, sa.True_):
        return latest.all(id=record.id, most=limit)
    return db.session.execute(latest.statement.where(seen), {"id": record.id, "most": limit}).all()


def deals_to_change(actor: Actor, ids: Collection[int]) -> Sequence[Deal]:
    """Deals as they are now, each with startup, round, institution and owner, kept from others until this unit ends."""
    return to_change(Deal, ids, visible_to(actor), *WITH_NAMES)


def deals_called(ids: Collection[int]) -> Sequence[Deal]:
    """Deals by their ids, each with startup, round, institution and owner."""
    return db.session.scalars(sa.select(Deal).options(*WITH_NAMES).where(Deal.id.in_(ids)).order_by(Deal.id)).all()


def rows_called(ids: Sequence[int]) -> Sequence[Any]:
    """Deals by their ids, as rows of `SHOWN`, in no order."""
    return db.session.execute(CALLED, {"ids": ids}).all() if ids else []


def deals_of_startup(startup: Startup, limit: int) -> Sequence[Deal]:
    """The deals of a startup that moved last."""
    return latest_deals(Deal.round_id.in_(sa.select(Round.id).where(Round.startup_id == startup.id)), limit)


def deals_in_round(round: Round, limit: int = 200) -> Sequence[Deal]:
    """Everything that a round led to, the latest move first."""
    return db.session.scalars(IN_ROUND, {"round_id": round.id, "most": limit}).all()


IN_ROUND = (
    sa.select(Deal)
    .options(*WITH_NAMES)
    .where(Deal.round_id == sa.bindparam("round_id"), Deal.archived_at.is_(None))
    .order_by(*LAST_MOVED)
    .limit(sa.bindparam("most"))
)


def rows_in_round(round_id: int, limit: int = 200) -> Sequence[Any]:
    """The deals of a round as rows for its table, the latest move first."""
    return BESIDE_EACH_OTHER.all(round_id=round_id, most=limit)


BESIDE_EACH_OTHER = Prepared(
    sa.select(
        Deal.id,
        Deal.stage,
        Deal.status,
        Deal.entered_on,
        Deal.moved_on,
        Deal.intended_low,
        Deal.intended_high,
        Deal.intended_text,
        Deal.signed,
        Deal.pass_reason,
        Deal.pass_note,
        Deal.next_step,
        Deal.next_step_on,
        Institution.name.label("institution_name"),
        Institution.short_name.label("institution_short"),
    )
    .join(Institution, Institution.id == Deal.institution_id)
    .where(Deal.round_id == sa.bindparam("round_id"), Deal.archived_at.is_(None))
    .order_by(*LAST_MOVED)
    .limit(sa.bindparam("most"))
)


def active_of(record: Startup | Institution, limit: int) -> Sequence[Deal]:
    """The active deals of a startup or an institution that moved last."""
    own = Deal.institution_id == record.id
    if isinstance(record, Startup):
        own = Deal.round_id.in_(sa.select(Round.id).where(Round.startup_id == record.id))
    return latest_deals(sa.and_(own, Deal.status == DealStatus.ACTIVE), limit)


def next_steps_of(owner: Account, until: date, limit: int) -> Sequence[Any]:
    """The active deals of an owner whose next step is due up to a day, as rows, the earliest first."""
    return db.session.execute(NEXT_STEPS, {"owner": owner.id, "until": until, "most": limit}).all()


def active_deals(owner: Account | None, limit: int) -> Sequence[Any]:
    """Active deals, an owner's or everybody's, as rows of `LONGEST_STILL`: the longest still first."""
    if owner is None:
        return db.session.execute(LONGEST_STILL, {"most": limit}).all()
    return db.session.execute(OWN_LONGEST_STILL, {"owner": owner.id, "most": limit}).all()


def moved_since(owner: Account, day: date, limit: int) -> Sequence[Deal]:
    """An owner's deals that moved on a day or after it, the latest first."""
    return latest_deals(sa.and_(Deal.owner_id == owner.id, Deal.moved_on >= day), limit)


def open_of(owner: Account | None) -> sa.ColumnElement[bool]:
    """Deals of an owner that are not over: active and on hold."""
    going_on = Deal.status.in_((DealStatus.ACTIVE, DealStatus.ON_HOLD))
    return sa.and_(Deal.owner_id == (owner.id if owner else None), going_on, Deal.archived_at.is_(None))


def count_open_of(owner: Account) -> int:
    """How many deals of an owner are not over."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Deal).where(open_of(owner))) or 0


def open_deals_of(owner: Account | None, among: Collection[int] | None = None) -> Sequence[Deal]:
    """The deals of an owner that are not over, with their names."""
    asked = sa.select(Deal).options(*WITH_NAMES).where(open_of(owner), within(Deal.id, among))
    return db.session.scalars(asked.order_by(Deal.id)).all()


def latest_deals(condition: Any, limit: int) -> Sequence[Deal]:
    return db.session.scalars(
        sa.select(Deal)
        .options(*WITH_NAMES)
        .where(condition, Deal.archived_at.is_(None))
        .order_by(*LAST_MOVED)
        .limit(limit)
    ).all()


def deals_about(*, startup_id: Any = None, institution_id: Any = None) -> sa.Select[Any]:
    """The deals of a startup or an institution, to be counted."""
    statement = sa.select(Deal.id).where(Deal.archived_at.is_(None))
    if startup_id is not None:
        statement = statement.where(Deal.round_id.in_(sa.select(Round.id).where(Round.startup_id == startup_id)))
    if institution_id is not None:
        statement = statement.where(Deal.institution_id == institution_id)
    return statement


def deal_between(round_id: int, institution_id: int) -> Deal | None:
    """The one deal of a round with an institution, put away or not."""
    return db.session.scalar(sa.select(Deal).where(Deal.round_id == round_id, Deal.institution_id == institution_id))


def deals_between(startup_id: int, institution_id: int | None) -> Sequence[Deal]:
    """The deals of an institution about a startup, with names, the last moved first; without those put away."""
    about = sa.and_(Round.startup_id == startup_id, Deal.institution_id == institution_id, Deal.archived_at.is_(None))
    return db.session.scalars(
        sa.select(Deal)
        .join(Deal.round)
        .options(*WITH_NAMES)
        .where(about)
        .order_by(Deal.moved_on.desc(), Deal.id.desc())
    ).all()


def latest_about(condition: sa.ColumnElement[bool], *, few: bool = False) -> sa.Select[Any]:
    kept = in_bin(Deal.archived_at, archived=False, few=few)
    return ROWS.where(condition, kept).order_by(*LAST_MOVED).limit(sa.bindparam("most"))


CALLED = ROWS.where(Deal.id.in_(sa.bindparam("ids", expanding=True)))
IS_ACTIVE = sa.and_(Deal.status == DealStatus.ACTIVE, Deal.archived_at.is_(None))
OWN = Deal.owner_id == sa.bindparam("owner")
NEXT_STEPS = (
    sa.select(
        Deal.id,
        Deal.next_step,
        Deal.next_step_on,
        Startup.shown_name.label("startup_name"),
        Institution.name.label("institution_name"),
        Institution.short_name.label("institution_short"),
    )
    .join(Deal.round)
    .join(Round.startup)
    .join(Deal.institution)
    .where(IS_ACTIVE, OWN, Deal.next_step_on <= sa.bindparam("until"))
    .order_by(Deal.next_step_on, Deal.id)
    .limit(sa.bindparam("most"))
)
LONGEST_STILL = (
    ROWS.add_columns(Institution.short_name, Deal.intended_low, Deal.intended_high, Deal.intended_text)
    .where(IS_ACTIVE)
    .order_by(Deal.archived_at, Deal.moved_on, Deal.id)
    .limit(sa.bindparam("most"))
)
OWN_LONGEST_STILL = LONGEST_STILL.where(OWN)
ROUNDS_OF_STARTUP = sa.select(Round.id).where(Round.startup_id == sa.bindparam("id"))
LATEST = {
    "startup": Prepared(latest_about(Deal.round_id.in_(ROUNDS_OF_STARTUP), few=True)),
    "institution": Prepared(latest_about(Deal.institution_id == sa.bindparam("id"))),
}
