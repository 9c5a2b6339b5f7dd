"""Reading one's own notices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.core.db import db
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.notifications.models import Notice, NoticeKind
from crm.notifications.policies import visible_to

COUNTED_TO = 100
LATEST = 8


def notices(actor: Actor, place: Place, *, unread_only: bool) -> Slice:
    """One's notices, the newest first."""
    statement = sa.select(Notice).where(visible_to(actor))
    if unread_only:
        statement = statement.where(Notice.read_at.is_(None))
    return slice_of(statement, Notice.id, {"at": Sort(Notice.at, True)}, place)


def latest(actor: Actor, limit: int = LATEST) -> Sequence[Notice]:
    """The newest notices, read and unread."""
    newest = sa.select(Notice).where(visible_to(actor)).order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)
    return db.session.scalars(newest).all()


def unread(actor: Actor, limit: int) -> Sequence[Notice]:
    """The newest notices that were not read."""
    newest = sa.select(Notice).where(visible_to(actor), Notice.read_at.is_(None))
    return db.session.scalars(newest.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)).all()


def count_unread(actor: Actor) -> int:
    """How many notices somebody has not read, counted to 100."""
    return db.session.scalar(sa.select(count_unread_of(actor.id))) or 0


def find_notice(actor: Actor, notice_id: int) -> Notice | None:
    """One of one's own notices."""
    return db.session.scalar(sa.select(Notice).where(Notice.id == notice_id, visible_to(actor)))


def was_told(
    kinds: Collection[NoticeKind], record_type: str, record_id: Any, since: Any = None
) -> sa.ColumnElement[bool]:
    """True where somebody was told of a record, at all or since; both may be columns of the statement around it."""
    of_record = sa.exists().where(Notice.record_type == record_type, Notice.record_id == record_id)
    told = of_record.where(Notice.kind.in_(kinds))
    return told if since is None else told.where(Notice.at >= since)


def count_unread_of(account_id: Any) -> sa.ScalarSelect[int]:
    """How many notices an account has not read, counted to 100 along one index; for any statement to carry along."""
    unread = sa.select(Notice.id).where(Notice.account_id == account_id, Notice.read_at.is_(None)).correlate(Account)
    return sa.select(sa.func.count()).select_from(unread.limit(COUNTED_TO).subquery()).scalar_subquery()
