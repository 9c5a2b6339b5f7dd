"""Logging and changing deals, besides their moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from crm.accounts.models import Account, Actor
from crm.accounts.queries import name_of
from crm.audit import actions as audit
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.actions.moves import Move, add_event, check_move
from crm.deals.actions.names import deal_title
from crm.deals.actions.participations import follow_deal
from crm.deals.actions.rounds import RoundValues, edit_round_sought, open_round
from crm.deals.models import Deal, Round, RoundState
from crm.deals.queries.deals import deal_between
from crm.deals.queries.rounds import round_called
from crm.funds.queries import managed_fund
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.lib.text import N_
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.startups.models import Startup


@dataclass(frozen=True)
class DealValues:
    """What a form says about a deal besides its moves."""

    fund_id: int | None = None
    owner_id: int | None = None
    intended: Amount = field(default_factory=Amount)
    next_step: str = ""
    next_step_on: date | None = None
    institution_step: str = ""
    note: str = ""


class AlreadyThere(Refusal):
    """This institution was introduced to this round before: `deal` is that deal."""

    def __init__(self, deal: Deal) -> None:
        super().__init__({"institution": N_("This institution was introduced to this round already.")})
        self.deal = deal


def log_deal(
    startup: Startup,
    round_name: str,
    institution: Institution,
    move: Move,
    values: DealValues,
    *,
    sought: Amount,
    by: Actor,
    at: datetime,
) -> Deal:
    """An introduction of an institution to a round, which is opened where the startup has none of that name.

    Raises AlreadyThere for a second introduction, Refusal for a round that takes none and for what the stage lacks.
    """
    check_move(None, move, at)
    check_deal_values(institution.id, values)
    round = round_called(startup, round_name)
    if round is None:
        round = open_round(startup, round_name, RoundValues(sought, opened_on=move.happened_on), by=by, at=at)
    elif sought.disclosure != "undisclosed" and round.sought != sought:
        edit_round_sought(round, startup, sought, by=by, at=at)
    earlier = deal_between(round.id, institution.id)
    if earlier is not None:
        raise AlreadyThere(earlier)
    check_takes_introductions(round)
    deal = Deal(
        round_id=round.id,
        institution_id=institution.id,
        introduced_on=move.happened_on,
        moved_on=move.happened_on,
        entered_on=move.happened_on,
        created_at=at,
    )
    for key, value in vars(values).items():
        setattr(deal, key, value)
    db.session.add(deal)
    db.session.flush()  # the event needs the deal's id
    add_event(deal, move, earlier=(), by=by, at=at)
    name = deal_title(startup, institution)
    audit.record(deal, "created", by=by, at=at, name=name, changes=[audit.change("stage", None, move.stage)])
    tell_owner(deal, name, by=by, at=at)
    return deal


def tell_owner(deal: Deal, name: str, *, by: Actor, at: datetime) -> None:
    """A deal that somebody else gave to its owner."""
    notify([deal.owner_id], NoticeKind.DEAL_GIVEN, record_type="deal", record_id=deal.id, name=name, by=by, at=at)


def edit_deal(deal: Deal, values: DealValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change a deal without moving it. Raises Refusal, Conflict."""
    deal.expect_version(version)
    check_deal_values(deal.institution_id, values)
    owner_id, name = deal.owner_id, deal_title(deal.round.startup, deal.institution)
    with db.session.no_autoflush:
        for key, value in vars(values).items():
            setattr(deal, key, value)
        audit.record_change(deal, by=by, at=at, name=name)
    if deal.owner_id != owner_id:
        tell_owner(deal, name, by=by, at=at)
    follow_deal(deal, by=by, at=at)


def give(deal: Deal, owner_id: int | None, *, by: Actor, at: datetime) -> None:
    """Let somebody else answer for a deal, or nobody yet."""
    kept = {name: getattr(deal, name) for name in DealValues.__dataclass_fields__}
    edit_deal(deal, DealValues(**{**kept, "owner_id": owner_id}), version=None, by=by, at=at)


def hand_over(deal: Deal, to: Account | None, *, by: Actor, at: datetime) -> None:
    """Let somebody else answer for a deal, or nobody yet, as one of all that somebody else had."""
    before, deal.owner_id = name_of(deal.owner_id), to.id if to else None
    owner = audit.change("owner_id", before, to and to.name)
    audit.record(deal, "changed", by=by, at=at, name=deal_title(deal.round.startup, deal.institution), changes=[owner])


def archive_deal(deal: Deal, *, by: Actor, at: datetime) -> None:
    """Put a deal away that was logged by mistake: it no longer counts."""
    deal.archived_at = at
    audit.record(deal, "archived", by=by, at=at, name=deal_title(deal.round.startup, deal.institution))
    follow_deal(deal, by=by, at=at)


def restore_deal(deal: Deal, *, by: Actor, at: datetime) -> None:
    """Bring a deal back."""
    deal.archived_at = None
    audit.record(deal, "restored", by=by, at=at, name=deal_title(deal.round.startup, deal.institution))
    follow_deal(deal, by=by, at=at)


def check_takes_introductions(round: Round) -> None:
    """Refuse an introduction to a round that is not open."""
    if round.archived_at is not None or round.state in (RoundState.CLOSED, RoundState.WITHDRAWN):
        raise Refusal({"round_name": N_("This round is closed: open it again first, or choose another one.")})
    if round.state != RoundState.OPEN:
        raise Refusal({"round_name": N_("This round is not open yet: open it first, or choose another one.")})


def check_deal_values(institution_id: int, values: DealValues) -> None:
    if values.fund_id is not None:
        managed_fund(institution_id, values.fund_id, field="fund_id")
