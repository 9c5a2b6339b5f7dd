"""Who sees and changes funds."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.accounts.policies import READERS, may_read_records, may_write_records

may_list = may_see = may_see_performance = may_read_records
may_write = may_write_records


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Staff see every fund, others none."""
    return sa.true() if actor.role in READERS else sa.false()
