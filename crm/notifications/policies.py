"""Who gets notices, and who reads them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor, Role
from crm.accounts.policies import READERS
from crm.notifications.models import FOR_ADMINISTRATORS, FOR_FOUNDERS, FOR_INVESTORS, Notice, NoticeKind

OTHERS = {Role.INVESTOR: FOR_INVESTORS, Role.FOUNDER: FOR_FOUNDERS, Role.ADMIN: FOR_ADMINISTRATORS}
FOR_OTHERS = frozenset[NoticeKind]().union(*OTHERS.values())


def may_read_notices(actor: Actor, *records: Any) -> bool:
    """Staff and leaders, whose notices name records, and administrators, whose notices name what is wrong."""
    return actor.role in {*READERS, Role.ADMIN}


def is_told(kind: NoticeKind) -> sa.ColumnElement[bool]:
    """Accounts that get notices of a kind, and can still sign in: investors, founders and administrators what is for
    them, readers of records all else."""
    return sa.and_(Account.role.in_(roles_told(kind)), Account.disabled_at.is_(None))


def roles_told(kind: NoticeKind) -> list[Role]:
    return [role for role, kinds in OTHERS.items() if kind in kinds] or sorted(READERS)


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Everybody their own, of the kinds that their role gets: a notice names a record."""
    own = Notice.account_id == actor.id
    if actor.role in READERS:
        return sa.and_(own, Notice.kind.not_in(FOR_OTHERS))
    return sa.and_(own, Notice.kind.in_(OTHERS[actor.role]))
