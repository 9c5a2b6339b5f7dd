"""An investor passes in the portal, or looks again: its institution's deals say the same."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.models import Account
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.deals.actions.moves import Move, add_event, place_of
from crm.deals.actions.names import deal_title
from crm.deals.models import Deal, DealStatus
from crm.deals.queries.deals import deals_between
from crm.deals.queries.events import standing_events
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.startups.models import Startup

GOING_ON = (DealStatus.ACTIVE, DealStatus.ON_HOLD)


def pass_deals(
    startup: Startup, *, reason: str | None, note: str, tell_startup: bool, by: Account, at: datetime
) -> None:
    """Every deal of the actor's institution about a startup that goes on is passed, where it stands. No reason is
    needed here."""
    for deal in deals_between(startup.id, by.institution_id):
        if deal.status in GOING_ON:
            told = {"reason": reason, "note": note, "tell_startup": tell_startup}
            put(deal, Move(deal.stage, DealStatus.PASSED, day_of(at), **told), by=by, at=at)  # type: ignore[arg-type]


def revive_deals(startup: Startup, passed_at: datetime, *, by: Account, at: datetime) -> None:
    """The deals that were passed at a moment go on where they stood, unless something else happened since."""
    for deal in deals_between(startup.id, by.institution_id):
        last = standing_events(deal)[-1]
        if deal.status == DealStatus.PASSED and last.recorded_at == passed_at:
            put(deal, Move(deal.stage, DealStatus.ACTIVE, day_of(at)), by=by, at=at)


def put(deal: Deal, move: Move, *, by: Account, at: datetime) -> None:
    earlier, name = standing_events(deal), deal_title(deal.round.startup, deal.institution)
    with db.session.no_autoflush:
        add_event(deal, move, earlier=earlier, by=by, at=at)
        changes = audit.pending_changes(deal)
    audit.record(deal, "moved", by=by, at=at, name=name, changes=changes)
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
