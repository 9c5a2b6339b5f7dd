"""How often something may be tried: counted in the database, so that all processes share it.

An attempt is counted before it is made: a thousand at once get no further than one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.accounts.models import Attempts
from crm.core.db import db, insert_into
from crm.core.errors import Refusal
from crm.lib.text import N_

FORGOTTEN_AFTER = timedelta(hours=24)
LONGER_AND_LONGER = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))


@dataclass(frozen=True)
class Limit:
    """Every `allowed` attempts are followed by a lock, each longer than the one before, until a day passes without."""

    kind: str
    allowed: int
    locks: tuple[timedelta, ...] = LONGER_AND_LONGER


NAME = Limit("name", 5)
ADDRESS = Limit("address", 50)  # an office shares one
CURRENT = Limit("current", 5)  # the password of whoever is signed in, asked again: by account
ASKING = Limit("asking", 10, (timedelta(hours=1),))  # for a new password, from one address
MAILED = Limit("mailed", 3, (timedelta(hours=24),))  # letters with a link to one account


class LockedOut(Refusal):
    """Too many attempts: refused whatever is typed, and not counted again. `until`: when the next may be made."""

    def __init__(self, until: datetime, at: datetime) -> None:
        minutes = -(-int((until - at).total_seconds()) // 60)
        several = N_("Too many failed attempts. The next one is possible in %(minutes)s minutes.", minutes=minutes)
        soon = N_("Too many failed attempts. The next one is possible in a minute.")
        super().__init__({"": several if minutes > 1 else soon})
        self.until = until


def take(limit: Limit, subject: str, *, at: datetime) -> None:
    """Count an attempt. Raises LockedOut while no other may be made."""
    row = insert_into(Attempts).values(kind=limit.kind, subject=subject, count=1, last_at=at, locked_until=None)
    again = {
        "count": sa.case((Attempts.last_at < at - FORGOTTEN_AFTER, 1), else_=Attempts.count + 1),
        "last_at": at,
        "locked_until": None,
    }
    is_free = sa.or_(Attempts.locked_until.is_(None), Attempts.locked_until <= at)
    counted = row.on_conflict_do_update(index_elements=("kind", "subject"), set_=again, where=is_free)
    count = db.session.scalar(counted.returning(Attempts.count))
    if count is None:
        raise LockedOut(db.session.scalar(sa.select(Attempts.locked_until).where(of(limit, subject))) or at, at)
    if count % limit.allowed == 0:
        nth = min(count // limit.allowed, len(limit.locks)) - 1
        change(limit, subject, locked_until=at + limit.locks[nth])


def give_back(limit: Limit, subject: str) -> None:
    """The attempt was no failure."""
    change(limit, subject, count=Attempts.count - 1, locked_until=None)


def clear(limit: Limit, subject: str) -> None:
    """Forget what was tried, and lift a lock."""
    db.session.execute(sa.delete(Attempts).where(of(limit, subject)))


def forget(*, at: datetime) -> None:
    """Delete what was tried so long ago that it counts no more."""
    is_free = sa.or_(Attempts.locked_until.is_(None), Attempts.locked_until <= at)
    db.session.execute(sa.delete(Attempts).where(Attempts.last_at < at - FORGOTTEN_AFTER, is_free))


def locked_until(limit: Limit, subject: str, at: datetime) -> datetime | None:
    """Until when nothing more may be tried; None while something may."""
    held = sa.and_(of(limit, subject), Attempts.locked_until > at)
    return db.session.scalar(sa.select(Attempts.locked_until).where(held))


def change(limit: Limit, subject: str, **values: object) -> None:
    db.session.execute(sa.update(Attempts).where(of(limit, subject)).values(**values))


def of(limit: Limit, subject: str) -> sa.ColumnElement[bool]:
    return sa.and_(Attempts.kind == limit.kind, Attempts.subject == subject)
