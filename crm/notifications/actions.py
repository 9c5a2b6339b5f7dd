"""Telling accounts what happened, and marking it as read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.accounts.policies import READERS
from crm.audit.actions import Who
from crm.core.clock import day_of
from crm.core.db import db, insert_into
from crm.notifications.models import Notice, NoticeKind
from crm.notifications.policies import is_told, visible_to

KEPT = timedelta(days=180)
ONE_BY_ONE = frozenset({NoticeKind.DEAL_MOVED, NoticeKind.MENTIONED})  # of which each repetition is another event
FROM_OUTSIDE = frozenset(
    {
        NoticeKind.INTEREST,
        NoticeKind.QUESTION_ASKED,
        NoticeKind.APPOINTMENT_ASKED,
        NoticeKind.APPOINTMENT_DROPPED,
        NoticeKind.PROPOSED,
        NoticeKind.DISPUTED,
    }
)  # of investors and founders
ONCE_A_DAY = ("account_id", "day", "kind", "record_type", "record_id")


def notify(
    account_ids: Collection[int | None],
    kind: NoticeKind,
    *,
    record_type: str,
    record_id: int,
    name: str,
    by: Who | None,
    at: datetime,
    note: str = "",
    times: int = 1,
) -> bool:
    """Tell accounts that something happened to a record, `times` times; on one day it stays one notice.

    Never told: whoever did it (`by`), disabled accounts, and roles that the kind is not for. None among the ids is
    nobody. True when somebody was told.
    """
    told = receivers(account_ids, kind, by)
    if not told:
        return False
    about = {
        "kind": kind,
        "record_type": record_type,
        "record_id": record_id,
        "name": name[:200],
        "note": note[:400],
        "by_name": by.name[:80] if by is not None and by.id is not None else "",
        "times": times,
        "day": day_of(at),
        "at": at,
    }
    rows = [{"account_id": account_id, **about} for account_id in told]
    db.session.execute(repeated(insert_into(Notice).values(rows)))
    return True


def tell_founders(
    startup_id: int,
    kind: NoticeKind,
    *,
    at: datetime,
    record_type: str = "startup",
    record_id: int | None = None,
    name: str = "",
    note: str = "",
    times: int = 1,
) -> None:
    """Tell the founders of a startup something about it, or about one record of it; by one statement."""
    about = {
        "kind": kind,
        "record_type": record_type,
        "record_id": record_id or startup_id,
        "name": name[:200],
        "note": note[:400],
        "by_name": "",
        "times": times,
        "day": day_of(at),
        "at": at,
    }
    told = {f"told_{column}": value for column, value in about.items()}
    connection = db.session.connection()
    connection.execute(founders_told(connection.dialect.name, kind), {"told_startup": startup_id, **told})


@cache
def founders_told(_dialect: str, kind: NoticeKind) -> Any:
    """What tells the founders of `told_startup`, made once for a kind and a database."""
    told = {name: sa.bindparam(f"told_{name}", type_=Notice.__table__.c[name].type) for name in TOLD}
    founders = sa.select(Account.id, *told.values()).where(
        Account.startup_id == sa.bindparam("told_startup"), is_told(kind)
    )
    return repeated(insert_into(Notice).from_select(["account_id", *told], founders.order_by(Account.id)))


TOLD = ("kind", "record_type", "record_id", "name", "note", "by_name", "times", "day", "at")


def tell_administrators(
    kind: NoticeKind, record_type: str, record_id: int, name: str = "", note: str = "", *, at: datetime
) -> None:
    """Tell every administrator of something that is wrong, in one notice a day."""
    about = {"kind": kind, "record_type": record_type, "record_id": record_id, "times": 1, "day": day_of(at), "at": at}
    words = {"name": name[:200], "note": note[:400], "by_name": ""}
    told = db.session.scalars(sa.select(Account.id).where(is_told(kind)).order_by(Account.id)).all()
    if told:
        rows = insert_into(Notice).values([{"account_id": account_id, **about, **words} for account_id in told])
        again = {"note": rows.excluded.note, "at": at, "read_at": None}
        db.session.execute(rows.on_conflict_do_update(index_elements=ONCE_A_DAY, set_=again))


def repeated(statement: Any) -> Any:
    """A statement that inserts notices: what was told on the day already counts once more, and is unread again."""
    newer = {column: statement.excluded[column] for column in ("name", "note", "by_name", "at")}
    again = {**newer, "times": Notice.times + statement.excluded.times, "read_at": None}
    return statement.on_conflict_do_update(index_elements=ONCE_A_DAY, set_=again)


def tell_heir(kind: NoticeKind, account: Account, to: Account, count: int, *, by: Who, at: datetime) -> None:
    """Tell whoever took over an account's open work, in one notice of its kind."""
    notify(
        [to.id],
        kind,
        record_type="account",
        record_id=account.id,
        name=account.name,
        times=count,
        by=by,
        at=at,
    )


def pass_on(account: Account, to: Account, *, at: datetime) -> None:
    """Tell whoever takes over what outsiders asked of an account that it has not read yet."""
    unread = sa.select(Notice).where(
        Notice.account_id == account.id, Notice.read_at.is_(None), Notice.kind.in_(FROM_OUTSIDE)
    )
    for one in db.session.scalars(unread.order_by(Notice.id)).all():
        notify(
            [to.id],
            one.kind,
            record_type=one.record_type,
            record_id=one.record_id,
            name=one.name,
            note=one.note,
            times=one.times,
            by=None,
            at=at,
        )


def withdraw(
    record_type: str,
    record_id: int,
    *,
    told_at: datetime,
    by: Who,
    at: datetime,
    count: int | None = None,
    note: str | None = None,
) -> None:
    """Take back what was told about a record at a moment; those who have read it are told so.

    `count`: how many things that was, where a notice tells of more. `note`: what such a notice says now.
    """
    of_record = sa.and_(Notice.record_type == record_type, Notice.record_id == record_id)
    for notice in db.session.scalars(
        sa.select(Notice).where(of_record, Notice.at == told_at).order_by(Notice.account_id)
    ).all():
        taken = count or (1 if notice.kind in ONE_BY_ONE else notice.times)
        if not notice.is_unread:
            notify(
                [notice.account_id],
                NoticeKind.TAKEN_BACK,
                record_type=record_type,
                record_id=record_id,
                name=notice.name,
                by=by,
                at=at,
            )
        elif notice.times <= taken:
            db.session.delete(notice)
        else:
            notice.times -= taken
            notice.note = notice.note if note is None else note


def forget_elsewhere(account: Account) -> None:
    """Forget what an account was told in another role, institution or startup; among staff it stays."""
    stays = visible_to(account) if account.role in READERS else sa.false()
    db.session.execute(sa.delete(Notice).where(Notice.account_id == account.id, sa.not_(stays)))


def receivers(account_ids: Collection[int | None], kind: NoticeKind, by: Who | None) -> list[int]:
    """Those of the accounts that are told, in the order in which every writer locks their rows."""
    wanted = {one for one in account_ids if one is not None} - ({by.id} if by is not None else set())
    if not wanted:
        return []
    return list(
        db.session.scalars(sa.select(Account.id).where(Account.id.in_(wanted), is_told(kind)).order_by(Account.id))
    )


def mark_read(notice: Notice, *, at: datetime) -> None:
    """Its reader has seen it."""
    if notice.read_at is None:
        notice.read_at = at


def mark_all_read(actor: Actor, *, up_to: datetime, at: datetime) -> None:
    """The reader has seen everything that had happened when the page was shown."""
    seen = sa.and_(visible_to(actor), Notice.read_at.is_(None), Notice.at <= up_to)
    db.session.execute(sa.update(Notice).where(seen).values(read_at=at))


def prune(*, at: datetime) -> None:
    """Delete what was read long ago."""
    db.session.execute(sa.delete(Notice).where(Notice.read_at < at - KEPT))


def forget(record_type: str, record_ids: Collection[int]) -> None:
    """Delete what was told about some records, on a person's request."""
    db.session.execute(
        sa.delete(Notice).where(Notice.record_type == record_type, Notice.record_id.in_(list(record_ids)))
    )
