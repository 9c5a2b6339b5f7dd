"""Reading what investors said in the portal."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Actor
from crm.accounts.policies import may_read_records
from crm.core.db import db
from crm.deals.models import Interest


def find_interest(actor: Actor, interest_id: int) -> Interest | None:
    """An interest from the portal, for staff."""
    if not may_read_records(actor):
        return None
    return db.session.scalar(
        sa.select(Interest)
        .options(joinedload(Interest.startup), joinedload(Interest.institution), joinedload(Interest.deal))
        .where(Interest.id == interest_id)
    )


def waiting_interests(limit: int = 50) -> Sequence[Interest]:
    """Interests from the portal that nobody has handled, the oldest first."""
    return db.session.scalars(WAITING, {"most": limit}).all()


WAITING = (
    sa.select(Interest)
    .options(
        joinedload(Interest.startup),
        joinedload(Interest.institution),
        joinedload(Interest.account),
        joinedload(Interest.deal),
    )
    .where(Interest.handled_at.is_(None))
    .order_by(Interest.id)
    .limit(sa.bindparam("most"))
)


def interests_of(institution_id: int, startup_id: int) -> Sequence[Interest]:
    """What an institution said about a startup in the portal, the latest first."""
    return db.session.scalars(
        sa.select(Interest)
        .where(Interest.institution_id == institution_id, Interest.startup_id == startup_id)
        .order_by(Interest.id.desc())
    ).all()
