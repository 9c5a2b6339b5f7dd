"""Who imports ledgers and sees what came of them."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.accounts.policies import may_write_records

may_import = may_write_records


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Those who import see every import."""
    return sa.true() if may_import(actor) else sa.false()
