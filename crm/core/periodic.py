"""What happens once a day: whoever is first writes it down, so that two workers, or a restarted one, do it once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.clock import day_of
from crm.core.db import Base, db, insert_into, unit_of_work

KEPT = timedelta(days=30)
NOBODY = 0


class DailyRun(Base):
    """Something that was done on a day (Shanghai), for an account or (0) once for all."""

    __tablename__ = "daily_run"
    __table_args__ = (sa.UniqueConstraint("name", "account_id", "day"),)

    name: Mapped[str] = mapped_column(sa.String(30))
    account_id: Mapped[int] = mapped_column(sa.BigInteger, default=NOBODY)
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]


def is_first(name: str, day: date, *, account_id: int = NOBODY, at: datetime) -> bool:
    """Take the day's run: True for one caller only, and only if its unit commits."""
    db.session.execute(sa.delete(DailyRun).where(DailyRun.day < day - KEPT))
    row = insert_into(DailyRun).values(name=name, account_id=account_id, day=day, at=at)
    taken = row.on_conflict_do_nothing(index_elements=("name", "account_id", "day")).returning(DailyRun.id)
    return db.session.scalar(taken) is not None


def once_a_day(name: str, work: Callable[[], object], *, at: datetime) -> None:
    """Do the day's work in a unit of its own, unless it is done: asked as often as one likes, it writes once."""
    day = day_of(at)
    with unit_of_work(write=False) as session:
        if session.scalar(sa.select(was_done(name, day))):
            return
    with unit_of_work(write=True):
        if is_first(name, day, at=at):
            work()


def was_done(name: str, day: date, account_id: object = NOBODY) -> sa.ColumnElement[bool]:
    """True where the day's run was taken; the account may be a column of the statement around it."""
    return sa.exists().where(DailyRun.name == name, DailyRun.day == day, DailyRun.account_id == account_id)
