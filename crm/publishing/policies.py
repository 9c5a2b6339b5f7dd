"""Who publishes, and who reads what is published."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.accounts.policies import is_investor, is_manager, may_read_records
from crm.core.listing import LASTING
from crm.publishing.models import AudienceMember, Publication
from crm.startups.models import Startup

may_publish = is_manager
may_see = may_read_records
may_read = is_investor


def in_force_on(day: date) -> sa.ColumnElement[bool]:
    """Publications that some investor may read on a day: not ended, still authorised, of a startup not archived."""
    archived = sa.select(Startup.id).where(Startup.archived_at.is_not(None))
    return sa.and_(
        Publication.ended_at.is_(None),
        sa.or_(Publication.until.is_(None), Publication.until >= day),
        Publication.startup_id.not_in(archived),
    )


@lru_cache(LASTING)
def readable_by(institution_id: int | None, day: date) -> sa.ColumnElement[bool]:
    """Publications that an institution's people may read on a day, if the institution is admitted."""
    named = sa.select(AudienceMember.authorisation_id).where(AudienceMember.institution_id == institution_id)
    return sa.and_(in_force_on(day), sa.or_(Publication.for_all, Publication.authorisation_id.in_(named)))


def startups_readable_by(actor: Actor, day: date) -> sa.ColumnElement[bool]:
    """Startups of which this investor may read the profile on a day, if its institution is admitted."""
    return Startup.id.in_(sa.select(Publication.startup_id).where(readable_by(actor.institution_id, day)))
