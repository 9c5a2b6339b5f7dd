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
from crm.deals.models import (
    ROUND_MOVES,
    Deal,
    Round,
    RoundState,
)
from crm.deals.queries.rounds import round_called
from crm.lib.money import Amount
from crm.lib.text import N_
from crm.startups.models import Startup


@dataclass(frozen=True)
class RoundValues:
    """What a form says about a round. `valuation` in 分."""

    sought: Amount = field(default_factory=Amount)
    valuation: int | None = None
    use_of_proceeds: str = ""
    opened_on: date | None = None
    closes_on: date | None = None


def open_round(startup: Startup, name: str, values: RoundValues, *, by: Actor, at: datetime) -> Round:
    """A new round of a startup. Raises Refusal when the startup has one of this name."""
    if round_called(startup, name) is not None:
        raise Refusal({"name": N_("The startup has a round of this name already.")})
    check_dates(values)
    round = Round(startup_id=startup.id, name=name, state=RoundState.OPEN, created_at=at)
    for key, value in vars(values).items():
        setattr(round, key, value)
    db.session.add(round)
    audit.record(round, "created", by=by, at=at, name=round_title(startup, name))
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


def move_round(round: Round, state: RoundState, *, by: Actor, at: datetime) -> None:
    """Take a round to another state. Raises Refusal for a step that is not allowed."""
    if state not in ROUND_MOVES[round.state]:
        raise Refusal({"state": N_("A round cannot go from this state to that one.")})
    with db.session.no_autoflush:
        round.state = state
        if state == RoundState.OPEN and round.opened_on is None:
            round.opened_on = day_of(at)
        audit.record_change(round, by=by, at=at, name=round_title(round.startup, round.name), verb="moved")


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
