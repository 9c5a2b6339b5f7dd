"""Who gets notices, and who reads them."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.accounts.policies import READERS, may_read_records
from crm.notifications.models import Notice

may_read = may_read_records


def is_told() -> sa.ColumnElement[bool]:
    """Accounts that get notices: those that may read every record, and can still sign in."""
    return sa.and_(Account.role.in_([role.value for role in READERS]), Account.disabled_at.is_(None))


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Everybody their own, as long as they read records: a notice names one."""
    return Notice.account_id == actor.id if actor.role in READERS else sa.false()
