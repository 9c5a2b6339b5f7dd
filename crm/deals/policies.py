"""Who sees and moves deals and rounds."""

from __future__ import annotations

from functools import lru_cache

import sqlalchemy as sa

from crm.accounts.models import Actor, Role
from crm.accounts.policies import READERS, may_read_records, may_write_records
from crm.core.listing import LASTING
from crm.deals.models import Deal

may_list = may_see = may_read_records
may_write = may_write_records


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Staff see every deal; an investor those of its institution, in the portal; an administrator none."""
    if actor.role in READERS:
        return sa.true()
    if actor.role == Role.INVESTOR:
        return of_institution(actor.institution_id)
    return sa.false()


@lru_cache(LASTING)
def of_institution(institution_id: int | None) -> sa.ColumnElement[bool]:
    return Deal.institution_id == institution_id


def rounds_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Staff see every round."""
    return sa.true() if actor.role in READERS else sa.false()
