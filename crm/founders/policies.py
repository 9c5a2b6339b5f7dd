"""Who uses the founders' pages, and who decides on what they propose."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.accounts.policies import READERS, is_founder, may_read_records, may_write_records
from crm.founders.models import ChangeProposal

may_use = is_founder
may_list = may_read_records
may_decide = may_write_records


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Staff see every proposal; founders those about their own startup."""
    if actor.role in READERS:
        return sa.true()
    return ChangeProposal.startup_id == actor.startup_id if is_founder(actor) else sa.false()
