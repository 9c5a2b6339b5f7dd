"""Moving deals, and taking a move back."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.actions.money import add_tranche
from crm.deals.actions.names import deal_title
from crm.deals.actions.participations import follow_deal
from crm.deals.models import (
    DEAL_MOVES,
    FUNDED_STAGE,
    SIGNED_STAGE,
    Deal,
    DealEvent,
    DealStatus,
    Receipt,
)
from crm.deals.queries.events import event_recorded_at, receipts_of, standing_events
from crm.lib.text import N_
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.settings.queries import terms, version_of


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


def step(deal: Deal, happened_on: date, *, stage: str = "", status: str = "", **needs: Any) -> Move:
    """A move of which only the stage or only the status is said: money received completes a deal, else it is active."""
    to = stage or deal.stage
    usual = DealStatus.COMPLETED if to == FUNDED_STAGE else DealStatus.ACTIVE
    return Move(to, DealStatus(status) if status else usual, happened_on, **needs)


def move_deal(deal: Deal, move: Move, *, version: int | None, by: Actor, at: datetime) -> None:
    """Take a deal to another stage or status. Raises Refusal for what the step needs, Conflict."""
    deal.expect_version(version)
    check_move(deal, move, at)
    earlier = standing_events(deal)
    stage, status = deal.stage, deal.status
    with db.session.no_autoflush:
        add_event(deal, move, earlier=earlier, by=by, at=at)
        changes = audit.pending_changes(deal)
    if move.received:
        changes.append(audit.change("received", None, move.received))
    if (stage, status) == (move.stage, move.status):
        changes.append(audit.change("happened_on", None, move.happened_on))
    name = deal_title(deal.round.startup, deal.institution)
    audit.record(deal, "moved", by=by, at=at, name=name, changes=changes)
    follow_deal(deal, by=by, at=at)
    notify(
        [deal.owner_id],
        NoticeKind.DEAL_MOVED,
        record_type="deal",
        record_id=deal.id,
        name=name,
        note=place_of(move),
        by=by,
        at=at,
    )


def place_of(move: Move | Deal) -> str:
    """Where a move takes a deal, or where a deal is, as `vocabulary:code`: the stage, or the status once it is over."""
    active = move.status == DealStatus.ACTIVE
    return f"deal_stage:{move.stage}" if active else f"deal_status:{move.status}"


def add_event(deal: Deal, move: Move, *, earlier: Sequence[DealEvent], by: Actor, at: datetime) -> None:
    """Write the event of a move, and what the deal is after all its events. `earlier`: those that stand, in order."""
    before = earlier[-1] if earlier else None
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
    steps = [(event.happened_on, event.to_stage) for event in earlier]
    insort(steps, (move.happened_on, move.stage), key=itemgetter(0))
    deal.entered_on = entered_stage_on(steps)
    if before is None or before.happened_on <= move.happened_on:
        deal.stage, deal.status, deal.moved_on = move.stage, move.status, move.happened_on
        deal.pass_reason, deal.tell_startup = move.reason, move.tell_startup
        deal.pass_note = move.note if move.reason else ""


def reverse_event(deal: Deal, *, recorded_at: datetime, by: Actor, at: datetime) -> None:
    """Take back the move that was recorded at a moment, with the money it brought. Raises Refusal when it is gone.

    The deal's own fields are the caller's; only the days of its last moves are set here.
    """
    event = event_recorded_at(deal, recorded_at)
    if event is None or event.from_stage is None or event.from_status is None:
        raise Refusal({"": N_("This move was taken back already.")})
    db.session.add(reversal_of(event, by=by, at=at))
    db.session.execute(sa.delete(Receipt).where(Receipt.deal_id == deal.id, Receipt.recorded_at == recorded_at))
    db.session.flush()  # what counts as the last event now depends on it
    steps = [(event.happened_on, event.to_stage) for event in standing_events(deal)]
    if steps:
        deal.moved_on, deal.entered_on = steps[-1][0], entered_stage_on(steps)


def reversal_of(event: DealEvent, *, by: Actor, at: datetime) -> DealEvent:
    """The event that takes another one back; neither of the two counts."""
    return DealEvent(
        deal_id=event.deal_id,
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


def entered_stage_on(steps: Sequence[tuple[date, str]]) -> date:
    """The day since which a deal has been in its present stage. `steps`: (day, stage) of its events, in order."""
    *earlier, (entered, stage) = steps
    for day, before in reversed(earlier):
        if before != stage:
            break
        entered = day
    return entered


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
