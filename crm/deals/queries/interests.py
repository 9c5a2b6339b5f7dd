"""Reading what investors said in the portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor
from crm.accounts.policies import may_read_records
from crm.core.db import db
from crm.core.prepared import Prepared
from crm.deals.models import Interest
from crm.institutions.models import Institution
from crm.startups.models import Startup


def find_interest(actor: Actor, interest_id: int) -> Interest | None:
    """An interest from the portal, for staff."""
    if not may_read_records(actor):
        return None
    return db.session.scalar(
        sa.select(Interest)
        .options(joinedload(Interest.startup), joinedload(Interest.institution), joinedload(Interest.deal))
        .where(Interest.id == interest_id)
    )


def waiting_interests(limit: int = 50) -> Sequence[Any]:
    """Interests from the portal that nobody has handled, as rows with names, the oldest first."""
    return db.session.execute(WAITING, {"most": limit}).all()


WAITING = (
    sa.select(
        Interest.id,
        Interest.startup_id,
        Interest.institution_id,
        Interest.deal_id,
        Interest.note,
        Interest.created_at,
        Startup.name.label("startup_name"),
        Startup.shown_name.label("startup_shown"),
        Institution.name.label("institution_name"),
        Account.name.label("by_name"),
    )
    .join(Interest.startup)
    .join(Interest.institution)
    .join(Interest.account)
    .where(Interest.handled_at.is_(None))
    .order_by(Interest.id)
    .limit(sa.bindparam("most"))
)


def interests_of(institution_id: int | None, startup_id: int) -> Sequence[Any]:
    """What an institution said about a startup in the portal, the latest first: rows with `created_at`, `note`."""
    return INTERESTS.all(ours=institution_id, about=startup_id)


SAID: tuple[Any, ...] = (Interest.created_at, Interest.note)
INTERESTS = Prepared(
    sa.select(*SAID)
    .where(Interest.institution_id == sa.bindparam("ours"), Interest.startup_id == sa.bindparam("about"))
    .order_by(Interest.id.desc())
)
