"""What investors say in the portal, and the deals that it opens."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.models import Account
from crm.accounts.queries import finance_staff
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.deals.actions.deals import DealValues, log_deal
from crm.deals.actions.moves import Move, add_event, stage_position
from crm.deals.actions.names import deal_title
from crm.deals.models import (
    INTERESTED_STAGE,
    Deal,
    DealStatus,
    Interest,
    Round,
)
from crm.deals.queries.deals import deal_between
from crm.deals.queries.events import standing_events
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.startups.models import Startup


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
    tell_desk(deal or startup, deal.owner_id if deal else None, deal_title(startup, institution), note, by=by, at=at)
    return interest


def tell_desk(record: Deal | Startup, owner_id: int | None, name: str, note: str, *, by: Account, at: datetime) -> None:
    """Tell the deal's owner of an interest; where there is none who could see to it, all finance staff."""
    for told in ([owner_id], finance_staff()):
        if notify(
            told,
            NoticeKind.INTEREST,
            record_type=record.__tablename__,
            record_id=record.id,
            name=name,
            note=note,
            by=by,
            at=at,
        ):
            return


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
        changes = [audit.change("stage", deal.stage, INTERESTED_STAGE)]
        add_event(deal, move, earlier=standing_events(deal), by=by, at=at)
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
