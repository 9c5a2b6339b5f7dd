"""Opening and ending sessions, and the devices in which they are opened."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.accounts import lockout
from crm.accounts.models import Account, Actor, Device, SignInSession, Visit
from crm.accounts.queries import token_hash
from crm.audit import actions as audit
from crm.core.db import db, insert_into

VISIT_LASTS = timedelta(hours=4)
DEVICE_LASTS = timedelta(days=400)  # as long as browsers keep a cookie


@dataclass(frozen=True)
class Origin:
    """Where somebody signs in: the address, what the browser says that it is, and the token of its device cookie."""

    address: str = ""
    agent: str = ""
    device_token: str = ""


@dataclass(frozen=True)
class Opened:
    """A session that was just opened. `token`: for the cookie; `device_is_new`: the account has others, not this."""

    session: SignInSession
    token: str
    device_is_new: bool


def open_session(account: Account, *, at: datetime, origin: Origin = Origin(), by_provider: bool = False) -> Opened:
    """Sign an account in; whatever went wrong before is forgotten."""
    device, is_new = remember_device(account, origin.device_token, at=at) if origin.device_token else (None, False)
    opened = add_session(account, origin, device=device, by_provider=by_provider, at=at)
    lockout.clear(lockout.NAME, account.username)
    begin_visit(account, at=at)
    return Opened(*opened, is_new)


def open_pending(account: Account, *, at: datetime, origin: Origin) -> str:
    """The password was right, the second step is to come; returns the token for the cookie."""
    return add_session(account, origin, is_pending=True, at=at)[1]


def add_session(account: Account, origin: Origin, *, at: datetime, **more: object) -> tuple[SignInSession, str]:
    token = secrets.token_urlsafe(32)
    session = SignInSession(
        token_hash=token_hash(token),
        account_id=account.id,
        address=origin.address[:45],
        agent=origin.agent[:300],
        created_at=at,
        seen_at=at,
        **more,
    )
    db.session.add(session)
    return session, token


def remember_device(account: Account, token: str, *, at: datetime) -> tuple[Device, bool]:
    """The device of a token; the second value is True for a new one, unless it is the account's first."""
    of_account = Device.account_id == account.id
    known = db.session.scalar(sa.select(Device).where(of_account, Device.token_hash == token_hash(token)))
    if known is not None:
        known.seen_at = at
        return known, False
    is_first = db.session.scalar(sa.select(Device.id).where(of_account).limit(1)) is None
    recognised = at if is_first else None
    device = Device(
        account_id=account.id, token_hash=token_hash(token), created_at=at, seen_at=at, recognised_at=recognised
    )
    db.session.add(device)
    db.session.flush()  # the session needs its id
    return device, not is_first


def recognise_devices(account: Account, device_id: int | None, *, at: datetime) -> None:
    """The holder, in a device known for longer, says of the newer ones: that was me."""
    newer = sa.and_(Device.account_id == account.id, Device.id > (device_id or 0), Device.recognised_at.is_(None))
    db.session.execute(sa.update(Device).where(newer).values(recognised_at=at))


def begin_visit(account: Account, *, at: datetime) -> None:
    """Remember when somebody came, and the time before. Another device within the visit begins no other."""
    row = insert_into(Visit).values(account_id=account.id, began_at=at, before_at=None)
    is_over = Visit.began_at <= at - VISIT_LASTS
    again = {"before_at": Visit.began_at, "began_at": at}
    db.session.execute(row.on_conflict_do_update(index_elements=("account_id",), set_=again, where=is_over))


def mark_seen(session_id: int, *, at: datetime) -> None:
    """The session was used."""
    db.session.execute(sa.update(SignInSession).where(SignInSession.id == session_id).values(seen_at=at))


def close_session(token: str) -> None:
    """Sign out: the cookie is worth nothing afterwards."""
    db.session.execute(sa.delete(SignInSession).where(SignInSession.token_hash == token_hash(token)))


def close_all_sessions(account: Account, *, keep: str = "") -> None:
    """End every session of an account, but the one whose token is kept."""
    others = sa.and_(SignInSession.account_id == account.id, SignInSession.token_hash != token_hash(keep))
    db.session.execute(sa.delete(SignInSession).where(others))


def forget(begun_before: datetime, unused_since: datetime) -> None:
    """Delete sessions that began before a moment, and devices that were not used since another and have none."""
    db.session.execute(sa.delete(SignInSession).where(SignInSession.created_at < begun_before))
    has_session = sa.exists().where(SignInSession.device_id == Device.id)
    db.session.execute(sa.delete(Device).where(Device.seen_at < unused_since, ~has_session))


def end_session(session: SignInSession, *, by: Actor, account: Account, at: datetime) -> None:
    """End one session."""
    db.session.delete(session)
    audit.record(account, "session_ended", by=by, at=at, name=account.username)


def end_sessions(account: Account, *, by: Actor, at: datetime, keep: str = "") -> None:
    """End the sessions of an account on purpose, but the one whose token is kept."""
    close_all_sessions(account, keep=keep)
    audit.record(account, "sessions_ended", by=by, at=at, name=account.username)
