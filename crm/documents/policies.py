"""Who sees and adds documents."""

from __future__ import annotations

from functools import lru_cache

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.accounts.policies import may_read_records, may_see_contacts, may_write_records
from crm.documents.models import Document

may_see = may_read_records
may_write = may_write_records
REMEMBERED = 500  # accounts
FREE_OF_CONTACTS = ("product", "platform")


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Those who write see every document, but pasted ones only their own; leaders only kinds without contact data."""
    if may_see_contacts(actor):
        return but_foreign_pastes(actor.id)
    return Document.record_type.in_(FREE_OF_CONTACTS) if may_read_records(actor) else sa.false()


@lru_cache(REMEMBERED)
def but_foreign_pastes(account_id: int | None) -> sa.ColumnElement[bool]:
    return sa.or_(Document.record_type != "paste", Document.by_id == account_id)
