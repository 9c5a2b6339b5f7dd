"""Introductions that end with their round, and go on with it when it opens again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.bulk import add_many
from crm.core.db import db
from crm.deals.actions.moves import entered_stage_on, reversal_of
from crm.deals.actions.names import deal_title, round_title
from crm.deals.models import Deal, DealEvent, DealStatus, Round
from crm.deals.queries.events import lapsed_at, last_events, standing_events
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.settings.queries import version_of


def lapse(deals: Sequence[Deal], day: date, *, by: Actor, at: datetime) -> None:
    """Let deals end where they stand, on the day that their round did."""
    stages_version, told, events = version_of("deal_stage"), [], []
    for deal in deals:
        happened_on = max(day, deal.moved_on)
        event = DealEvent(deal_id=deal.id, from_stage=deal.stage, to_stage=deal.stage, happened_on=happened_on)
        event.from_status, event.to_status = deal.status, DealStatus.LAPSED
        event.recorded_at, event.by_id, event.stages_version = at, by.id, stages_version
        events.append(event)
        changes = [audit.change("status", deal.status, DealStatus.LAPSED)]
        told.append((deal, deal_title(deal.round.startup, deal.institution), changes))
        deal.status, deal.moved_on = DealStatus.LAPSED, happened_on
    add_many(events)
    audit.record_many(told, "moved", by=by, at=at)
    if deals:
        tell_owners(NoticeKind.DEALS_LAPSED, deals[0].round, deals, by=by, at=at)


def tell_owners(kind: NoticeKind, round: Round, deals: Sequence[Deal], *, by: Actor, at: datetime) -> None:
    """Tell each owner in one notice how many of their deals of a round this is about."""
    about = {"record_type": "round", "name": round_title(round.startup, round.name)}
    counts = Counter(deal.owner_id for deal in deals if deal.owner_id is not None)
    for owner_id, count in sorted(counts.items()):
        notify([owner_id], kind, record_id=round.id, **about, times=count, by=by, at=at)


def revive(round: Round, lapsed_on: datetime, *, by: Actor, at: datetime) -> list[Deal]:
    """Take back that deals of a round lapsed with it at a moment, where nothing happened to them since."""
    ended = lapsed_at(round, lapsed_on)
    latest = last_events([event.deal_id for event in ended])
    ended = [event for event in ended if latest[event.deal_id].id == event.id]
    add_many([reversal_of(event, by=by, at=at) for event in ended])
    db.session.flush()  # what counts as the last event now depends on it
    latest = last_events([event.deal_id for event in ended])
    told = []
    for event in ended:
        deal, last = event.deal, latest[event.deal_id]
        changes = [audit.change("status", deal.status, last.to_status)]
        if deal.stage != last.to_stage:  # a move that happened before the end was recorded after it
            changes.append(audit.change("stage", deal.stage, last.to_stage))
            deal.stage = last.to_stage
            deal.entered_on = entered_stage_on([(one.happened_on, one.to_stage) for one in standing_events(deal)])
        told.append((deal, deal_title(deal.round.startup, deal.institution), changes))
        deal.status, deal.moved_on = last.to_status, last.happened_on
    audit.record_many(told, "moved", by=by, at=at)
    return [event.deal for event in ended]
