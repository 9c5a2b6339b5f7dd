"""Opening rounds, logging and moving deals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.models import (
    DEAL_MOVES,
    FUNDED_STAGE,
    INTERESTED_STAGE,
    ROUND_MOVES,
    SIGNED_STAGE,
    Deal,
    DealEvent,
    DealStatus,
    Interest,
    Receipt,
    Round,
    RoundState,
)
from crm.deals.queries import (
    deal_between,
    event_recorded_at,
    last_event,
    open_deals_of,
    receipts_of,
    round_called,
)
from crm.funds.queries import managed_fund
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.lib.text import N_
from crm.settings.queries import terms, version_of
from crm.startups.models import Startup


@dataclass(frozen=True)
class RoundValues:
    """What a form says about a round. `valuation` in 分."""

    sought: Amount = field(default_factory=Amount)
    valuation: int | None = None
    use_of_proceeds: str = ""
    opened_on: date | None = None
    closes_on: date | None = None


@dataclass(frozen=True)
class Move:
    """Where a deal goes, when it went there, and what that step needs. `signed` and `received` in 分."""

    stage: str
    status: DealStatus
    happened_on: date
    reason: str | None = None
    note: str = ""
    tell_startup: bool = False
    signed: int | None = None
    received: int | None = None


@dataclass(frozen=True)
class DealValues:
    """What a form says about a deal besides its moves."""

    fund_id: int | None = None
    owner_id: int | None = None
    intended: Amount = field(default_factory=Amount)
    next_step: str = ""
    next_step_on: date | None = None
    note: str = ""


class AlreadyThere(Refusal):
    """This institution was introduced to this round before: `deal` is that deal."""

    def __init__(self, deal: Deal) -> None:
        super().__init__({"institution": N_("This institution was introduced to this round already.")})
        self.deal = deal


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
    if round.archived_at is not None or round.state in (RoundState.CLOSED, RoundState.WITHDRAWN):
        raise Refusal({"round_name": N_("This round is closed: open it again first, or choose another one.")})
    deal = Deal(
        round_id=round.id,
        institution_id=institution.id,
        introduced_on=move.happened_on,
        moved_on=move.happened_on,
        created_at=at,
    )
    for key, value in vars(values).items():
        setattr(deal, key, value)
    db.session.add(deal)
    db.session.flush()  # the event needs the deal's id
    add_event(deal, move, before=None, by=by, at=at)
    name = deal_title(startup, institution)
    audit.record(deal, "created", by=by, at=at, name=name, changes=[audit.change("stage", None, move.stage)])
    return deal


def edit_round_sought(round: Round, startup: Startup, sought: Amount, *, by: Actor, at: datetime) -> None:
    with db.session.no_autoflush:
        round.sought = sought
        audit.record_change(round, by=by, at=at, name=round_title(startup, round.name))


def move_deal(deal: Deal, move: Move, *, version: int | None, by: Actor, at: datetime) -> None:
    """Take a deal to another stage or status. Raises Refusal for what the step needs, Conflict."""
    deal.expect_version(version)
    check_move(deal, move, at)
    before = last_event(deal)
    stage, status = deal.stage, deal.status
    with db.session.no_autoflush:
        add_event(deal, move, before=before, by=by, at=at)
        changes = audit.pending_changes(deal)
    if move.received:
        changes.append(audit.change("received", None, move.received))
    if (stage, status) == (move.stage, move.status):
        changes.append(audit.change("happened_on", None, move.happened_on))
    name = deal_title(deal.round.startup, deal.institution)
    audit.record(deal, "moved", by=by, at=at, name=name, changes=changes)


def add_event(deal: Deal, move: Move, *, before: DealEvent | None, by: Actor, at: datetime) -> None:
    """Write the event of a move, and what the deal is after all its events."""
    if move.signed is not None:
        deal.signed, deal.signed_on = move.signed, deal.signed_on or move.happened_on
    if move.received:
        add_tranche(deal, move.received, move.happened_on, by=by, at=at)
    db.session.add(
        DealEvent(
            deal_id=deal.id,
            from_stage=before.to_stage if before else None,
            to_stage=move.stage,
            from_status=before.to_status if before else None,
            to_status=move.status,
            happened_on=move.happened_on,
            recorded_at=at,
            by_id=by.id,
            reason=move.reason,
            note=move.note,
            stages_version=version_of("deal_stage"),
        )
    )
    deal.introduced_on = min(deal.introduced_on, move.happened_on)
    if before is None or before.happened_on <= move.happened_on:
        deal.stage, deal.status, deal.moved_on = move.stage, move.status, move.happened_on
        deal.pass_reason, deal.tell_startup = move.reason, move.tell_startup
        deal.pass_note = move.note if move.reason else ""


def reverse_event(deal: Deal, *, recorded_at: datetime, by: Actor, at: datetime) -> None:
    """Take back the move that was recorded at a moment, with the money it brought. Raises Refusal when it is gone.

    The deal's own fields are the caller's; only the day of its last move is set here.
    """
    event = event_recorded_at(deal, recorded_at)
    if event is None or event.from_stage is None or event.from_status is None:
        raise Refusal({"": N_("This move was taken back already.")})
    db.session.add(
        DealEvent(
            deal_id=deal.id,
            from_stage=event.to_stage,
            to_stage=event.from_stage,
            from_status=event.to_status,
            to_status=event.from_status,
            happened_on=event.happened_on,
            recorded_at=at,
            by_id=by.id,
            stages_version=event.stages_version,
            reverses_id=event.id,
        )
    )
    db.session.execute(sa.delete(Receipt).where(Receipt.deal_id == deal.id, Receipt.recorded_at == recorded_at))
    db.session.flush()  # what counts as the last event now depends on it
    before = last_event(deal)
    deal.moved_on = before.happened_on if before else deal.introduced_on


def receive(deal: Deal, amount: int, received_on: date, *, by: Actor, at: datetime) -> Receipt:
    """Record a tranche of money received on a deal. Raises Refusal."""
    if deal.signed is None:
        raise Refusal({"amount": N_("Record the signed amount first.")})
    if amount <= 0:
        raise Refusal({"amount": N_("Write an amount above zero.")})
    if received_on > day_of(at):
        raise Refusal({"received_on": N_("This day has not come yet.")})
    receipt = add_tranche(deal, amount, received_on, by=by, at=at)
    name = deal_title(deal.round.startup, deal.institution)
    changes = [audit.change("received", None, amount), audit.change("received_on", None, received_on)]
    audit.record(deal, "received", by=by, at=at, name=name, changes=changes)
    return receipt


def remove_receipt(receipt: Receipt, *, by: Actor, at: datetime) -> None:
    """Take out a tranche that was recorded by mistake; the history keeps it."""
    deal = receipt.deal
    changes = [
        audit.change("received", receipt.amount, None),
        audit.change("received_on", receipt.received_on, None),
    ]
    db.session.delete(receipt)
    audit.record(deal, "changed", by=by, at=at, name=deal_title(deal.round.startup, deal.institution), changes=changes)


def add_tranche(deal: Deal, amount: int, received_on: date, *, by: Actor, at: datetime) -> Receipt:
    receipt = Receipt(deal_id=deal.id, amount=amount, received_on=received_on, recorded_at=at, by_id=by.id)
    db.session.add(receipt)
    return receipt


def edit_deal(deal: Deal, values: DealValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change a deal without moving it. Raises Refusal, Conflict."""
    deal.expect_version(version)
    check_deal_values(deal.institution_id, values)
    with db.session.no_autoflush:
        for key, value in vars(values).items():
            setattr(deal, key, value)
        audit.record_change(deal, by=by, at=at, name=deal_title(deal.round.startup, deal.institution))


def hand_over(account: Account, to: Account | None, *, by: Actor, at: datetime) -> int:
    """Give somebody's open deals to another owner, or to nobody yet; returns how many there were."""
    deals = open_deals_of(account)
    for deal in deals:
        deal.owner_id = to.id if to else None
        owner = audit.change("owner_id", account.name, to and to.name)
        name = deal_title(deal.round.startup, deal.institution)
        audit.record(deal, "changed", by=by, at=at, name=name, changes=[owner])
    return len(deals)


def archive_deal(deal: Deal, *, by: Actor, at: datetime) -> None:
    """Put a deal away that was logged by mistake: it no longer counts."""
    deal.archived_at = at
    audit.record(deal, "archived", by=by, at=at, name=deal_title(deal.round.startup, deal.institution))


def restore_deal(deal: Deal, *, by: Actor, at: datetime) -> None:
    """Bring a deal back."""
    deal.archived_at = None
    audit.record(deal, "restored", by=by, at=at, name=deal_title(deal.round.startup, deal.institution))


def express_interest(
    startup: Startup, institution: Institution, round: Round | None, note: str, *, by: Account, at: datetime
) -> Interest:
    """An investor is interested. With an open round this opens the institution's deal, or takes it to 意向, never back.

    With no open round, or after a pass, the interest waits as a notice for finance staff.
    """
    deal = interested_deal(startup, institution, round, by=by, at=at) if round is not None else None
    interest = Interest(
        startup_id=startup.id,
        institution_id=institution.id,
        deal_id=deal.id if deal else None,
        note=note,
        account_id=by.id,
        created_at=at,
    )
    db.session.add(interest)
    audit.record(startup, "interested", by=by, at=at, name=startup.name)
    return interest


def interested_deal(
    startup: Startup, institution: Institution, round: Round, *, by: Account, at: datetime
) -> Deal | None:
    """The institution's deal for the round, at 意向 or later; None when staff must decide, as after a pass."""
    move = Move(INTERESTED_STAGE, DealStatus.ACTIVE, day_of(at))
    deal = deal_between(round.id, institution.id)
    if deal is None:
        return log_deal(startup, round.name, institution, move, DealValues(), sought=Amount(), by=by, at=at)
    if deal.archived_at is not None or deal.status != DealStatus.ACTIVE:
        return None
    if stage_position(deal.stage) < stage_position(INTERESTED_STAGE):
        before = last_event(deal)
        changes = [audit.change("stage", deal.stage, INTERESTED_STAGE)]
        add_event(deal, move, before=before, by=by, at=at)
        audit.record(deal, "moved", by=by, at=at, name=deal_title(startup, institution), changes=changes)
    return deal


def handle_interest(interest: Interest, *, by: Account, at: datetime) -> None:
    """Finance staff has answered the interest."""
    if interest.handled_at is None:
        interest.handled_at, interest.handled_by_id = at, by.id
        audit.record(interest, "handled", by=by, at=at, name=deal_title(interest.startup, interest.institution))


def reopen_interest(interest: Interest, *, by: Account, at: datetime) -> None:
    """The interest waits again: it was marked as answered by mistake."""
    interest.handled_at = interest.handled_by_id = None
    audit.record(interest, "restored", by=by, at=at, name=deal_title(interest.startup, interest.institution))


def check_move(deal: Deal | None, move: Move, at: datetime) -> None:
    """Refuse a move that lacks what its stage or status needs, or that its status does not allow."""
    if move.stage not in terms("deal_stage"):
        raise Refusal({"stage": N_("Choose one of the list.")})
    if deal is not None and move.status not in DEAL_MOVES[deal.status]:
        raise Refusal({"status": N_("This deal is over: set it to active first.")})
    if move.happened_on > day_of(at):
        raise Refusal({"happened_on": N_("This day has not come yet.")})
    if move.status == DealStatus.PASSED and not move.reason:
        raise Refusal({"reason": N_("Say why the institution passed.")})
    if move.reason == "other" and not move.note:
        raise Refusal({"note": N_("Say the reason in words.")})
    position = stage_position(move.stage)
    signed = move.signed if move.signed is not None else (deal.signed if deal else None)
    if position >= stage_position(SIGNED_STAGE) and signed is None:
        raise Refusal({"signed": N_("Write the signed amount.")})
    if move.stage == FUNDED_STAGE and not move.received and not (deal and receipts_of(deal)):
        raise Refusal({"received": N_("Write the amount received.")})


def stage_position(stage: str) -> int:
    """The place of a stage in its vocabulary."""
    return terms("deal_stage")[stage].position


def check_deal_values(institution_id: int, values: DealValues) -> None:
    if values.fund_id is not None:
        managed_fund(institution_id, values.fund_id, field="fund_id")


def check_dates(values: RoundValues) -> None:
    if values.opened_on and values.closes_on and values.closes_on < values.opened_on:
        raise Refusal({"closes_on": N_("It cannot close before it opened.")})


def round_title(startup: Startup, name: str) -> str:
    """What a round is called in the history."""
    term = terms("round_name").get(name)
    return f"{startup.shown_name} · {term.name_zh if term else name}"


def deal_title(startup: Startup, institution: Institution) -> str:
    """What a deal is called in the history."""
    return f"{startup.shown_name} · {institution.shown_name}"
