"""Who gets notices, and who reads them."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Account, Actor, Role
from crm.accounts.policies import READERS, is_founder, is_investor, may_read_records
from crm.notifications.models import FOR_FOUNDERS, FOR_INVESTORS, Notice, NoticeKind

may_read = may_read_records


def is_told(kind: NoticeKind) -> sa.ColumnElement[bool]:
    """Accounts that get notices of a kind, and can still sign in: investors and founders what is for them, readers of
    records all else."""
    return sa.and_(Account.role.in_(roles_told(kind)), Account.disabled_at.is_(None))


def roles_told(kind: NoticeKind) -> list[Role]:
    if kind in FOR_INVESTORS:
        return [Role.INVESTOR]
    return [Role.FOUNDER] if kind in FOR_FOUNDERS else sorted(READERS)


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Everybody their own, of the kinds that their role gets: a notice names a record."""
    own = Notice.account_id == actor.id
    if actor.role in READERS:
        return sa.and_(own, Notice.kind.not_in(FOR_INVESTORS | FOR_FOUNDERS))
    theirs = FOR_INVESTORS if is_investor(actor) else FOR_FOUNDERS if is_founder(actor) else frozenset()
    return sa.and_(own, Notice.kind.in_(theirs)) if theirs else sa.false()
