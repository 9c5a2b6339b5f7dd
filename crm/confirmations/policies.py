"""Who asks for confirmations, who reads them, and who answers which."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.accounts.policies import READERS, is_founder, is_investor, may_read_records, may_write_records
from crm.confirmations.models import Confirmation
from crm.deals.models import FUNDED_STAGE, Deal, DealStatus
from crm.services.models import Service, ServiceState

may_list = may_read_records
may_ask = may_write_records


def can_be_confirmed(record: Service | Deal) -> bool:
    """True for a completed service, and for a deal that is completed or brought money."""
    if record.archived_at is not None:
        return False
    if isinstance(record, Service):
        return record.state == ServiceState.COMPLETED
    return record.status == DealStatus.COMPLETED or record.stage == FUNDED_STAGE


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Staff see every confirmation; outsiders what their own startup or institution was asked."""
    if actor.role in READERS:
        return sa.true()
    if is_investor(actor):
        return Confirmation.institution_id == actor.institution_id
    if is_founder(actor):
        return Confirmation.startup_id == actor.startup_id
    return sa.false()
