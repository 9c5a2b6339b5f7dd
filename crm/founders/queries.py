"""What a founder reads: its own startup, and what hangs on it."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.accounts.policies import is_founder
from crm.core.db import db
from crm.startups.models import Startup


def own_startup(actor: Account) -> Startup | None:
    """The startup that this founder belongs to; none once it was put away."""
    if not is_founder(actor):
        return None
    return db.session.scalar(sa.select(Startup).where(Startup.id == actor.startup_id, Startup.archived_at.is_(None)))
