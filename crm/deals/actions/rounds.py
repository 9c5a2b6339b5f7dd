"""Opening, changing and moving rounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.actions.names import round_title
from crm.deals.models import ROUND_MOVES, Deal, Round, RoundEvent, RoundState
from crm.deals.queries.rounds import last_round_event, round_called
from crm.lib.money import Amount
from crm.lib.text import N_
from crm.startups.models import Startup

NOT_ALLOWED = N_("A round cannot go from this state to that one.")


@dataclass(frozen=True)
class RoundValues:
    """What a form says about a round. `valuation` in 分."""

    sought: Amount = field(default_factory=Amount)
    valuation: int | None = None
    use_of_proceeds: str = ""
    opened_on: date | None = None
    closes_on: date | None = None


def open_round(
    startup: Startup,
    name: str,
    values: RoundValues,
    *,
    by: Actor,
    at: datetime,
    state: RoundState = RoundState.OPEN,
    note: str = "",
) -> Round:
    """A new round of a startup, open at once or only registered. Raises Refusal when it has one of this name."""
    if round_called(startup, name) is not None:
        raise Refusal({"name": N_("The startup has a round of this name already.")})
    check_dates(values)
    round = Round(startup_id=startup.id, name=name, state=state, created_at=at)
    for key, value in vars(values).items():
        setattr(round, key, value)
    if state != RoundState.OPEN:
        round.opened_on = None
    db.session.add(round)
    audit.record(round, "created", by=by, at=at, name=round_title(startup, name))
    happened_on = min(values.opened_on or day_of(at), day_of(at))
    add_round_event(round, None, state, happened_on, note, by=by, at=at)
    return round


def edit_round(round: Round, values: RoundValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change a round. Raises Refusal, Conflict."""
    round.expect_version(version)
    check_dates(values)
    with db.session.no_autoflush:
        for key, value in vars(values).items():
            setattr(round, key, value)
        audit.record_change(round, by=by, at=at, name=round_title(round.startup, round.name))


def edit_round_sought(round: Round, startup: Startup, sought: Amount, *, by: Actor, at: datetime) -> None:
    with db.session.no_autoflush:
        round.sought = sought
        audit.record_change(round, by=by, at=at, name=round_title(startup, round.name))


def move_round(
    round: Round,
    state: RoundState,
    happened_on: date,
    note: str = "",
    *,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Say that a round was screened, or open it. Raises Refusal for a step that is not allowed, Conflict."""
    round.expect_version(version)
    if state not in (RoundState.SCREENED, RoundState.OPEN):
        raise Refusal({"state": NOT_ALLOWED})
    with db.session.no_autoflush:
        change_state(round, state, happened_on, note, by=by, at=at)
        if state == RoundState.OPEN and round.opened_on is None:
            round.opened_on = happened_on
        audit.record_change(round, by=by, at=at, name=round_title(round.startup, round.name), verb="moved")


def change_state(
    round: Round, state: RoundState, happened_on: date, note: str, *, by: Actor, at: datetime, day_field: str = ""
) -> None:
    """Write the event of a move, and the state that it leads to. Raises Refusal.

    `day_field`: what the form calls the day.
    """
    if state not in ROUND_MOVES[round.state]:
        raise Refusal({"state": NOT_ALLOWED})
    field = day_field or "happened_on"
    if happened_on > day_of(at):
        raise Refusal({field: N_("This day has not come yet.")})
    before = last_round_event(round)
    if before is not None and happened_on < before.happened_on:
        raise Refusal({field: N_("The round moved after this day already, on %(day)s.", day=str(before.happened_on))})
    add_round_event(round, round.state, state, happened_on, note, by=by, at=at)
    round.state = state


def add_round_event(
    round: Round,
    from_state: RoundState | None,
    to_state: RoundState,
    happened_on: date,
    note: str = "",
    *,
    by: Actor,
    at: datetime,
    reverses: RoundEvent | None = None,
) -> None:
    event = RoundEvent(
        round_id=round.id,
        from_state=from_state,
        to_state=to_state,
        happened_on=happened_on,
        recorded_at=at,
        by_id=by.id,
        note=note,
        reverses_id=reverses.id if reverses else None,
    )
    db.session.add(event)


def archive_round(round: Round, *, by: Actor, at: datetime) -> None:
    """Put a round away. Raises Refusal while it has deals."""
    deals = sa.select(sa.func.count()).where(Deal.round_id == round.id, Deal.archived_at.is_(None))
    if db.session.scalar(deals):
        raise Refusal({"": N_("This round has deals: archive those first.")})
    round.archived_at = at
    audit.record(round, "archived", by=by, at=at, name=round_title(round.startup, round.name))


def restore_round(round: Round, *, by: Actor, at: datetime) -> None:
    """Bring a round back."""
    round.archived_at = None
    audit.record(round, "restored", by=by, at=at, name=round_title(round.startup, round.name))


def check_dates(values: RoundValues) -> None:
    if values.opened_on and values.closes_on and values.closes_on < values.opened_on:
        raise Refusal({"closes_on": N_("It cannot close before it opened.")})
