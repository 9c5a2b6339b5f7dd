"""Who pastes: those who write records. What somebody pasted is seen by nobody else."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.accounts.policies import may_write_records
from crm.paste.models import Paste

may_paste = may_write_records


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """One's own pastes."""
    return Paste.account_id == actor.id if isinstance(actor, Account) and may_write_records(actor) else sa.false()
