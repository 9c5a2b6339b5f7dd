"""Who has a digest: those who do the work that it lists."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.accounts.policies import WRITERS, has_digest

may_read = has_digest


def is_mailed() -> sa.ColumnElement[bool]:
    """Accounts whose digest goes out by mail: they have an address, chose it, and can still sign in."""
    return sa.and_(
        Account.role.in_([role.value for role in WRITERS]),
        Account.email != "",
        Account.daily_digest,
        Account.disabled_at.is_(None),
    )
