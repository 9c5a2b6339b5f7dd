"""Reading rounds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import Account, Actor
from crm.core.bulk import to_change
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.core.expressions import in_bin, unindexed
from crm.core.keeping import kept
from crm.core.listing import (
    BELOW_ZERO,
    COUNT_LIMIT,
    FIRST_DAY,
    LASTING,
    Count,
    Place,
    Slice,
    Sort,
    count_up_to,
    slice_of,
)
from crm.core.prepared import Prepared, record_seen
from crm.deals.models import Round, RoundEvent, RoundState
from crm.deals.policies import rounds_visible_to
from crm.search import queries as search_queries
from crm.startups.models import Startup


def find_round(actor: Actor, round_id: int) -> Round | None:
    """A round that this actor may see, with its startup."""
    return record_seen(BY_ID, rounds_visible_to(actor), round_id)


BY_ID = sa.select(Round).options(joinedload(Round.startup)).where(Round.id == sa.bindparam("id"))


def rounds(
    actor: Actor, place: Place, *, text: str = "", state: str = "", name: str = "", archived: bool = False
) -> Slice:
    """The list of rounds, as rows of `SHOWN`."""
    statement = partial(listed, rounds_visible_to(actor), state, name, archived)
    if not text:
        return slice_of(statement(few=False), Round.id, SORTS, place, count=Count.ALONE)
    found, nothing_else = search_queries.matching("round", text), not (state or name or archived)
    return search_queries.page_of(found, statement, Round.id, SORTS, place, nothing_else=nothing_else)


# What lists show of a round: a page of whole records takes several times as long to load.
SHOWN: tuple[Any, ...] = (
    Round.id,
    Round.name,
    Round.state,
    Round.sought_low,
    Round.sought_high,
    Round.sought_text,
    Round.opened_on,
    Round.closes_on,
    Startup.shown_name.label("startup_name"),
)


SORTS = {
    "opened": Sort(sa.func.coalesce(Round.opened_on, FIRST_DAY), True),
    "sought": Sort(sa.func.coalesce(Round.sought_low, BELOW_ZERO), True),
}


@lru_cache(LASTING)
def listed(seen: sa.ColumnElement[bool], state: str, name: str, archived: bool, *, few: bool) -> sa.Select[Any]:
    statement: sa.Select[Any] = (
        sa.select(*SHOWN)
        .join(Startup, Startup.id == Round.startup_id, isouter=True)
        .where(seen, in_bin(Round.archived_at, archived, few=few))
    )
    for column, value in ((Round.state, state), (Round.name, name)):
        if value:
            statement = statement.where(column == value)
    return statement


def rounds_to_change(actor: Actor, ids: Collection[int]) -> Sequence[Round]:
    """Rounds as they are now, each with its startup, kept from others until this unit ends."""
    return to_change(Round, ids, rounds_visible_to(actor), joinedload(Round.startup))


def rounds_of(startup: Startup) -> Sequence[Round]:
    """The rounds that a startup sought, the latest first."""
    return db.session.scalars(
        sa.select(Round)
        .where(Round.startup_id == startup.id, Round.archived_at.is_(None))
        .order_by(Round.opened_on.is_(None), Round.opened_on.desc(), Round.id.desc())
    ).all()


def round_rows_of(startup: Startup, limit: int) -> Sequence[Any]:
    """The rounds of a startup as rows of `SHOWN` with their valuation: those that are open first, then the latest."""
    return OF_STARTUP.all(startup_id=startup.id, most=limit)


def open_rounds_of(startup: Startup) -> Sequence[Round]:
    """The rounds that institutions can be introduced to now."""
    return [one for one in rounds_of(startup) if one.state == RoundState.OPEN]


def open_rounds_of_all(startups: Sequence[Any]) -> dict[int, tuple[Any, ...]]:
    """{startup id: the rounds that it seeks now as rows, the latest first}, in one query."""
    found: dict[int, tuple[Any, ...]] = {}
    for round in db.session.execute(OPEN_ROUNDS, {"ids": [one.id for one in startups]}):
        found[round.startup_id] = (*found.get(round.startup_id, ()), round)
    return found


OPEN_ROUNDS = (
    sa.select(Round.startup_id, Round.name, Round.sought_low, Round.sought_high, Round.sought_text)
    .where(
        Round.startup_id.in_(sa.bindparam("ids", expanding=True)),
        Round.state == RoundState.OPEN,
        Round.archived_at.is_(None),
    )
    .order_by(Round.opened_on.is_(None), Round.opened_on.desc(), Round.id.desc())
)


def rounds_about(*, startup_id: Any) -> sa.Select[Any]:
    """The rounds of a startup, to be counted."""
    return sa.select(Round.id).where(Round.startup_id == startup_id, Round.archived_at.is_(None))


def round_called(startup: Startup, name: str) -> Round | None:
    """The startup's round of that name, put away or not."""
    return db.session.scalar(sa.select(Round).where(Round.startup_id == startup.id, Round.name == name))


def round_events_of(round: Round) -> Sequence[Any]:
    """How a round moved as rows, the latest first."""
    return EVENTS.all(round_id=round.id)


EVENTS = Prepared(
    sa.select(
        RoundEvent.id,
        RoundEvent.from_state,
        RoundEvent.to_state,
        RoundEvent.happened_on,
        RoundEvent.recorded_at,
        RoundEvent.note,
        RoundEvent.reverses_id,
        Account.name.label("by_name"),
    )
    .join(Account, Account.id == RoundEvent.by_id, isouter=True)
    .where(RoundEvent.round_id == sa.bindparam("round_id"))
    .order_by(RoundEvent.happened_on.desc(), RoundEvent.id.desc())
)


def last_round_event(round: Round) -> RoundEvent | None:
    """The latest event of a round that counts: neither taken back, nor the one that takes another back."""
    return db.session.scalar(
        standing_round_events(round).order_by(RoundEvent.happened_on.desc(), RoundEvent.id.desc()).limit(1)
    )


def round_event_recorded_at(round: Round, at: datetime) -> RoundEvent | None:
    """The event that was recorded at a moment and still counts."""
    same = standing_round_events(round).where(RoundEvent.recorded_at == at)
    return db.session.scalar(same.order_by(RoundEvent.id.desc()).limit(1))


def standing_round_events(round: Round) -> sa.Select[RoundEvent]:
    return sa.select(RoundEvent).where(RoundEvent.round_id == round.id, stands())


def stands() -> sa.ColumnElement[bool]:
    """Events that count: neither taken back, nor the one that takes another back."""
    reversal = aliased(RoundEvent)
    taken_back = sa.exists().where(reversal.reverses_id == RoundEvent.id)
    return sa.and_(unindexed(RoundEvent.reverses_id).is_(None), ~taken_back)


def is_open_on(day: date) -> sa.ColumnElement[bool]:
    """Rounds that were open at the end of a day, as the events that count say; today and later: that are open."""
    if day >= day_of(now()):
        return Round.state == RoundState.OPEN
    stood_at = (
        sa.select(RoundEvent.to_state)
        .where(RoundEvent.round_id == Round.id, RoundEvent.happened_on <= day, stands())
        .order_by(RoundEvent.happened_on.desc(), RoundEvent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return stood_at == RoundState.OPEN


def is_rare(name: str) -> bool:
    """True when few rounds have this name: their deals are found by them, those of many one by one in their order."""
    return count_up_to(sa.select(Round.id).where(Round.name == name), COUNT_LIMIT + 1) <= COUNT_LIMIT


def count_states() -> dict[RoundState, int]:
    """How many rounds stand at each state, each counted to 1,000."""
    return kept("rounds by state", lambda: dict(zip(RoundState, db.session.execute(STATES).one(), strict=True)))


OF_STARTUP = Prepared(
    sa.select(*SHOWN, Round.valuation)
    .join(Startup, Startup.id == Round.startup_id)
    .where(Round.startup_id == sa.bindparam("startup_id"), Round.archived_at.is_(None))
    .order_by(Round.state != RoundState.OPEN, Round.opened_on.is_(None), Round.opened_on.desc(), Round.id.desc())
    .limit(sa.bindparam("most"))
)
STATES = sa.select(
    *(
        sa.select(sa.func.count())
        .select_from(
            sa.select(sa.literal(1))
            .where(Round.state == state, Round.archived_at.is_(None))
            .limit(COUNT_LIMIT + 1)
            .subquery()
        )
        .scalar_subquery()
        for state in RoundState
    )
)
