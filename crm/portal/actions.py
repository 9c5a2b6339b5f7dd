"""Telling investors what the desk wrote for them."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.models import Actor
from crm.accounts.queries import investors_of
from crm.core.clock import day_of
from crm.deals.models import Deal
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.publishing.queries import publication_for


def tell_step(deal: Deal, before: str, *, by: Actor, at: datetime) -> None:
    """Tell the institution of a deal its next step, where that is new and it may read of the startup."""
    startup = deal.round.startup
    if deal.institution_step in ("", before) or not publication_for(startup.id, deal.institution, day_of(at)):
        return
    notify(
        [one.id for one in investors_of(deal.institution_id)],
        NoticeKind.STEP_TOLD,
        record_type="startup",
        record_id=startup.id,
        name=startup.shown_name,
        note=deal.institution_step,
        by=by,
        at=at,
    )
