"""Who sees and changes institutions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor, Role
from crm.accounts.policies import READERS, may_read_records, may_see_contacts, may_write_records
from crm.institutions.models import Institution

__all__ = ["may_list", "may_see", "may_see_contacts", "may_write", "visible_to"]
may_list = may_see = may_read_records
may_write = may_write_records


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Staff see every institution; an investor its own, in the portal; an administrator none."""
    if actor.role in READERS:
        return sa.true()
    if actor.role == Role.INVESTOR:
        return Institution.id == actor.institution_id
    return sa.false()


def may_suggest(actor: Actor, *records: Any) -> bool:
    """Names are completed for those who log records, and for administrators who bind an investor's account."""
    return may_write_records(actor) or may_read_records(actor) or actor.role == Role.ADMIN
