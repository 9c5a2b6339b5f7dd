"""Whose business it is at the desk when an investor asks for something."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.accounts.policies import is_manager
from crm.accounts.queries import OWNERS
from crm.core.db import db
from crm.deals.models import Deal, Round

ANSWER_WITHIN = timedelta(days=2)  # what waits longer is late, and managers see it whosever it is


def responsible_for(startup_id: int, institution_id: int) -> int | None:
    """The owner of the last moved deal between the two, else about the startup, else with the institution."""
    startup, institution = Round.startup_id == startup_id, Deal.institution_id == institution_id
    nearness = sa.case((sa.and_(startup, institution), 0), (startup, 1), else_=2)
    able = Deal.owner_id.in_(OWNERS.with_only_columns(Account.id).order_by(None))
    return db.session.scalar(
        sa.select(Deal.owner_id)
        .join(Deal.round)
        .where(sa.or_(startup, institution), Deal.archived_at.is_(None), able)
        .order_by(nearness, Deal.moved_on.desc(), Deal.id.desc())
        .limit(1)
    )


def concerns(owner_id: Any, waits_since: Any, reader: Account, at: datetime) -> sa.ColumnElement[bool]:
    """Requests that somebody of the desk has to see to: its own, nobody's, and for managers all that are late."""
    found = sa.or_(owner_id == reader.id, owner_id.is_(None))
    return sa.or_(found, waits_since < at - ANSWER_WITHIN) if is_manager(reader) else found
