"""Who sees and changes startups."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor, Role
from crm.accounts.policies import READERS, may_read_records, may_write_records
from crm.startups.models import Startup

may_list = may_see = may_read_records
may_write = may_write_records


def may_suggest(actor: Actor, *records: Any) -> bool:
    """Names are completed for those who read records, and for administrators who bind a founder's account."""
    return may_read_records(actor) or actor.role == Role.ADMIN


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Staff see every startup's whole record, others none: investors read published profiles, in the portal."""
    return sa.true() if actor.role in READERS else sa.false()


def published_on(day: date) -> sa.ColumnElement[bool]:
    """Startups whose profile some investors may read on a day; which ones, `crm.publishing.policies` says."""
    return sa.and_(
        Startup.published_at.is_not(None),
        Startup.archived_at.is_(None),
        sa.or_(Startup.authorised_until.is_(None), Startup.authorised_until >= day),
    )
