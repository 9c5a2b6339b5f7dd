"""The board: what the deals of each stage come to, and the first cards of each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from crm.accounts.models import Account, Actor
from crm.core.db import db
from crm.core.expressions import as_limit
from crm.core.keeping import kept
from crm.core.listing import COUNT_LIMIT, LASTING, ONE, count_up_to, once
from crm.deals.models import Deal, DealStatus, DealTotal, Round
from crm.deals.policies import visible_to
from crm.deals.queries.wanted import Wanted, conditions, meant_by, stale_before
from crm.institutions.models import Institution
from crm.settings.queries import terms
from crm.startups.models import Startup

NOTHING: sa.ColumnClause[str] = sa.literal_column("''")  # written out: a prepared statement takes named parameters only
NEWEST = (Deal.entered_on.desc(), Deal.id.desc())
ALONG_INDEX = (Deal.archived_at.desc(), *NEWEST)  # the same order of those that are not put away, for PostgreSQL


@dataclass
class Lane:
    """One stage. `deals`, `intended` (分, exact amounts only), `unstated` are None where there are too many to count.

    `reached`: how many deals of any status came as far as this stage, and None where filters are on. `number` grows
    with every change in the lane: what was read at a number still holds while it stands.
    """

    stage: str
    deals: int | None = 0
    intended: int | None = 0
    unstated: int | None = 0
    reached: int | None = None
    number: int = 0
    cards: Sequence[Any] = ()
    has_more: bool = False

    def said(self) -> tuple[Hashable, ...]:
        """All that a template can show of it, to be compared."""
        totals = self.stage, self.deals, self.intended, self.unstated, self.reached, self.number, self.has_more
        return (*totals, *map(tuple, self.cards))


@dataclass
class Board:
    """The lanes in the order of their stages.

    `stale`: how many of the deals asked for are longer in their stage than it allows, counted to 1,001; None where
    there are too many deals to look at with these filters.
    """

    lanes: list[Lane] = field(default_factory=list)
    stale: int | None = None

    def said(self) -> tuple[Hashable, ...]:
        """All that a template can show of it, to be compared."""
        return (self.stale, *(part for lane in self.lanes for part in lane.said()))

    @property
    def deals(self) -> int | None:
        """How many deals there are in all lanes; None for more than were counted."""
        counts = [lane.deals for lane in self.lanes]
        return None if None in counts else sum(filter(None, counts))

    @property
    def intended(self) -> int | None:
        """分, the sum of the exact intended amounts of all lanes; None where it was not counted."""
        sums = [lane.intended for lane in self.lanes]
        return None if None in sums else sum(filter(None, sums))

    @property
    def unstated(self) -> int:
        """How many deals are in no sum, because their amount is not known exactly."""
        return sum(lane.unstated or 0 for lane in self.lanes)


def board(
    actor: Actor, wanted: Wanted, shown: Mapping[str, int], day: date, only: Sequence[str] | None = None
) -> Board:
    """The deals of one status by stage. `shown`: {stage: how many cards}; `day`: today; `only`: stages that want cards.

    Counts and sums come from the totals; with filters that these do not know, from the deals themselves while they
    are few enough to be read.
    """
    lanes = read_totals(wanted)
    few = None if wanted.is_plain else few_deals(actor, wanted)
    stale = None
    if few is not None:
        stale = recount(lanes, few, stale_before(day, wanted.stage))
    elif wanted.is_plain:
        stale = stale_deals(actor, wanted.but(stale_on=day))
    else:
        for lane in lanes.values():
            lane.deals = lane.intended = lane.unstated = None
    filled = [stage for stage in lanes if only is None or stage in only]
    cards = read_cards(actor, wanted, {stage: shown[stage] + 1 for stage in filled}, few)
    for stage in filled:
        lanes[stage].cards = cards[stage][: shown[stage]]
        lanes[stage].has_more = len(cards[stage]) > shown[stage]
    return Board(list(lanes.values()), stale)


def numbers(wanted: Wanted) -> dict[str, int]:
    """{stage: a number that grows with every change in its lane}."""
    return {stage: lane.number for stage, lane in read_totals(wanted).items()}


def stale_deals(actor: Actor, wanted: Wanted) -> int:
    """How many deals a board that asks for the stale ones would show, counted to 1,001."""
    if wanted.but(stale_on=None).is_plain and isinstance(visible_to(actor), sa.True_):
        return plain_stale_deals(wanted)
    return count_up_to(sa.select(Deal.id).where(*conditions(actor, wanted)), COUNT_LIMIT + 1)


def plain_stale_deals(wanted: Wanted) -> int:
    """The same on a board without other filters than status and owner: stage by stage, each counted along an index."""
    if wanted.status != DealStatus.ACTIVE or wanted.stale_on is None:
        return 0
    limits = stale_before(wanted.stale_on, wanted.stage)
    if not limits:
        return 0
    told: dict[str, Any] = {"status": wanted.status, "owner_id": wanted.owner_id}
    for place, (stage, before) in enumerate(limits.items()):
        told |= {f"stage{place}": stage, f"before{place}": before}
    owned = wanted.owner_id is not None
    counted = stale_lanes(len(limits), owned=owned, team=wanted.team and not owned)
    return db.session.scalar(counted, told) or 0


@cache
def stale_lanes(lanes: int, *, owned: bool, team: bool) -> sa.Select[int]:
    """What counts them. Parameters: status, owner_id where `owned`, and for each lane stage0, before0, and so on."""
    parts = [
        sa.select(ONE).where(
            Deal.stage == sa.bindparam(f"stage{place}"),
            Deal.entered_on < sa.bindparam(f"before{place}"),
            *plain_conditions(owned=owned, team=team),
        )
        for place in range(lanes)
    ]
    first = sa.select(ONE).select_from(sa.union_all(*parts).subquery()).limit(as_limit(COUNT_LIMIT + 1))
    return sa.select(sa.func.count()).select_from(first.subquery())


def read_totals(wanted: Wanted) -> dict[str, Lane]:
    """The lanes with their totals: every stage that is offered, and those retired ones that deals are in."""
    stages = terms("deal_stage").values()
    lanes = {one.code: Lane(one.code) for one in stages}
    statement = TOTALS_OF_TEAM if wanted.team else TOTALS
    if wanted.owner_id is not None:
        statement = TOTALS_OF_OWNER
    there = dict.fromkeys(lanes, 0)
    for stage, status, deals, intended, unstated, changes in db.session.execute(
        statement, {"owner_id": wanted.owner_id}
    ):
        there[stage] = there.get(stage, 0) + int(deals)
        if status == wanted.status:
            lane = lanes.setdefault(stage, Lane(stage))
            lane.deals, lane.intended, lane.unstated = int(deals), int(intended), int(unstated)
            lane.number = int(changes)
    if wanted.is_plain:
        come_so_far = 0
        for stage in reversed(lanes):
            come_so_far += there[stage]
            lanes[stage].reached = come_so_far
    retired = {one.code for one in stages if one.is_retired}
    chosen = (wanted.stage,) if wanted.stage else tuple(lanes)
    return {stage: lane for stage, lane in lanes.items() if stage in chosen and (lane.deals or stage not in retired)}


def few_deals(actor: Actor, wanted: Wanted) -> sa.Select[Any] | None:
    """The deals asked for, as far as lanes are about them; None when they are too many."""
    asked = asked_for(visible_to(actor), wanted) if wanted.lasts else FEW.where(*conditions(actor, wanted))
    too_many = kept(
        ("too many deals", wanted, actor.role, actor.institution_id),
        lambda: count_up_to(asked, COUNT_LIMIT + 1) > COUNT_LIMIT,
    )
    return None if too_many else asked


FEW: Any = sa.select(Deal.id, Deal.stage, Deal.status, Deal.entered_on, Deal.intended_low, Deal.intended_high)


@lru_cache(LASTING)
def asked_for(seen: sa.ColumnElement[bool], wanted: Wanted) -> sa.Select[Any]:
    asked: sa.Select[Any] = FEW.where(seen, *meant_by(wanted))
    return asked


def recount(lanes: Mapping[str, Lane], few: sa.Select[Any], limits: Mapping[str, date]) -> int:
    """Let lanes say what few deals come to; returns how many are stale. `limits`: as `stale_before` tells them."""
    told = tuple(limits.items())
    rows = {row.stage: row for row in db.session.execute(once(few, told, lambda: totals_of(few, told)))}
    for lane in lanes.values():
        own = rows.get(lane.stage)
        lane.deals, lane.intended, lane.unstated = (own.deals, int(own.intended), own.unstated) if own else (0, 0, 0)
    return sum(row.stale for row in rows.values())


def totals_of(few: sa.Select[Any], limits: Sequence[tuple[str, date]]) -> sa.Select[Any]:
    """What deals come to, stage by stage, and how many of them are stale."""
    deal = few.subquery().c
    exact = sa.case((deal.intended_low == deal.intended_high, deal.intended_low))
    late = [sa.and_(deal.stage == stage, deal.entered_on < before) for stage, before in limits]
    return sa.select(
        deal.stage,
        sa.func.count().label("deals"),
        sa.func.coalesce(sa.func.sum(exact), 0).label("intended"),
        (sa.func.count() - sa.func.count(exact)).label("unstated"),
        sa.func.count(sa.case((sa.and_(deal.status == DealStatus.ACTIVE, sa.or_(sa.false(), *late)), 1))).label(
            "stale"
        ),
    ).group_by(deal.stage)


def first_of(few: sa.Select[Any]) -> Any:
    """The newest cards of each lane among few deals, `most` of each."""
    deal = few.subquery().c
    newest = sa.func.row_number().over(partition_by=deal.stage, order_by=(deal.entered_on.desc(), deal.id.desc()))
    ranked = sa.select(deal.id, newest.label("place")).subquery().c
    first = sa.select(ranked.id).where(ranked.place <= sa.bindparam("most"))
    return CARD.where(Deal.id.in_(first)).order_by(*NEWEST)


def read_cards(
    actor: Actor, wanted: Wanted, most: Mapping[str, int], few: sa.Select[Any] | None
) -> dict[str, list[Any]]:
    """{stage: its first cards}, in one statement: a limited query for each stage, each answered by an index."""
    cards: dict[str, list[Any]] = {stage: [] for stage in most}
    if not most:
        return cards
    if few is not None:
        cards_of_few = once(few, "cards", lambda: first_of(few))
        found = db.session.execute(cards_of_few, {"most": max(most.values())})
    elif wanted.is_plain and isinstance(visible_to(actor), sa.True_):
        told: dict[str, Any] = {"status": wanted.status}
        told |= {f"stage{place}": stage for place, stage in enumerate(most)}
        owned = wanted.owner_id is not None
        if owned:
            told["owner_id"] = wanted.owner_id
        found = db.session.execute(plain_cards(tuple(most.values()), owned=owned, team=wanted.team and not owned), told)
    elif wanted.lasts and isinstance(visible_to(actor), sa.True_):
        found = db.session.execute(lasting_cards(wanted, tuple(most.items())))
    else:
        each = [conditions(actor, wanted.but(stage=stage)) for stage in most]
        found = db.session.execute(first_cards(each, list(most.values())))
    for row in found:
        cards.get(row.stage, []).append(row)
    return cards


def first_cards(lanes: Sequence[Sequence[Any]], most: Sequence[int]) -> Any:
    """The newest cards of each lane, which is given by its conditions."""
    parts = [
        sa.select(Deal.id).where(*where).order_by(*ALONG_INDEX).limit(as_limit(limit)).subquery(f"lane{place}")
        for place, (where, limit) in enumerate(zip(lanes, most, strict=True))
    ]
    return CARD.where(Deal.id.in_(sa.union_all(*(sa.select(part.c.id) for part in parts)))).order_by(*NEWEST)


@lru_cache(LASTING)
def lasting_cards(wanted: Wanted, most: tuple[tuple[str, int], ...]) -> Any:
    """The same for filters that always mean the same deals. `most`: (stage, how many cards)."""
    return first_cards([meant_by(wanted.but(stage=stage)) for stage, _ in most], [limit for _, limit in most])


@lru_cache(LASTING)
def plain_cards(most: tuple[int, ...], *, owned: bool, team: bool) -> sa.TextualSelect:
    """The same for a board without other filters than status and owner, built once: building takes longer than asking.

    Parameters: status, owner_id where `owned`, and for each lane stage0, stage1, and so on.
    """
    same = plain_conditions(owned=owned, team=team)
    return prepared(
        first_cards([[Deal.stage == sa.bindparam(f"stage{place}"), *same] for place in range(len(most))], most)
    )


def plain_conditions(*, owned: bool, team: bool) -> list[sa.ColumnElement[bool]]:
    same = [Deal.archived_at.is_(None), Deal.status == sa.bindparam("status")]
    if owned:
        same.append(Deal.owner_id == sa.bindparam("owner_id"))
    elif team:
        same.append(Deal.owner_id.is_not(None))
    return same


def prepared(statement: sa.Select[Any]) -> sa.TextualSelect:
    """A statement as text with named parameters, which needs neither building nor looking up any more."""
    compiled = statement.compile(dialect=DefaultDialect(paramstyle="named"))
    return sa.text(str(compiled)).columns(*statement.selected_columns)


TOTALS = sa.select(
    DealTotal.stage,
    DealTotal.status,
    *(sa.func.sum(getattr(DealTotal, name)) for name in ("deals", "intended", "unstated", "changes")),
).group_by(DealTotal.stage, DealTotal.status)
TOTALS_OF_OWNER = TOTALS.where(DealTotal.owner_id == sa.bindparam("owner_id"))
TOTALS_OF_TEAM = TOTALS.where(DealTotal.owner_id != 0)
CARD = (
    sa.select(
        Deal.id,
        Deal.version,
        Deal.stage,
        Deal.status,
        Deal.entered_on,
        Deal.intended_low,
        Deal.intended_high,
        Deal.intended_text,
        Deal.next_step,
        Deal.next_step_on,
        sa.func.coalesce(sa.func.nullif(Startup.short_name, NOTHING), Startup.name).label("startup"),
        Institution.name.label("institution"),
        Round.name.label("round"),
        Account.name.label("owner"),
    )
    .select_from(Deal)
    .join(Round, Round.id == Deal.round_id)
    .join(Startup, Startup.id == Round.startup_id)
    .join(Institution, Institution.id == Deal.institution_id)
    .join(Account, Account.id == Deal.owner_id, isouter=True)
)
