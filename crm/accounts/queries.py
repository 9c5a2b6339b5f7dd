"""Reading accounts and their sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from crm.accounts.models import Account, AccountLink, Actor, FailedSignIn, Role, SignInSession
from crm.accounts.policies import WRITERS, may_make_link, may_manage_accounts, may_put_in_charge
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.settings import queries as settings_queries

FAILURES_ALLOWED = 5
FAILURES_WITHIN = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=12)


def token_hash(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def holder_with(**beside: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The statement behind every request, to be made once: whose session it is, and what is read beside it."""
    return (
        sa.select(
            Account,
            settings_queries.STAMP.scalar_subquery().label("stamp"),
            *(found.label(name) for name, found in beside.items()),
        )
        .join(SignInSession, SignInSession.account_id == Account.id)
        .where(
            SignInSession.token_hash == sa.bindparam("token_hash"),
            SignInSession.created_at > sa.bindparam("since"),
            Account.disabled_at.is_(None),
        )
    )


def account_of_session(token: str, at: datetime, holder: sa.Select[Any]) -> Any:
    """The row of a cookie's token by the statement of `holder_with`, which may ask for `today`: its account and more.

    None when the account was disabled, the session signed out or older than 12 hours.
    """
    asked = {"token_hash": token_hash(token), "since": at - SESSION_LASTS, "today": day_of(at)}
    found = db.session.execute(holder, asked).one_or_none()
    if found is not None:
        settings_queries.use(found.stamp)
    return found


def account_by_username(username: str) -> Account | None:
    return db.session.scalar(sa.select(Account).where(Account.username == username.strip().lower()))


def is_locked_out(username: str, at: datetime) -> bool:
    """True after five failures within fifteen minutes, for existing and invented names alike."""
    failures = sa.select(sa.func.count()).where(
        FailedSignIn.username == username, FailedSignIn.at > at - FAILURES_WITHIN
    )
    return (db.session.scalar(failures) or 0) >= FAILURES_ALLOWED


def find_account(actor: Account, account_id: int) -> Account | None:
    """An account as an administrator sees it."""
    return db.session.get(Account, account_id) if may_manage_accounts(actor) else None


def find_linkable(actor: Actor, account_id: int) -> Account | None:
    """An account for which this actor may make a link."""
    account = db.session.get(Account, account_id)
    return account if account is not None and may_make_link(actor, account) else None


def find_investor(actor: Actor, account_id: int) -> Account | None:
    """An investor's account, for those who may put it in charge of its colleagues."""
    account = db.session.get(Account, account_id)
    return account if account is not None and may_put_in_charge(actor, account) else None


def find_colleague(actor: Account, account_id: int) -> Account | None:
    """Another account of the actor's own institution that can still sign in, for whoever is in charge there."""
    if actor.role != Role.INVESTOR or not actor.is_institution_admin or account_id == actor.id:
        return None
    same = sa.and_(Account.institution_id == actor.institution_id, Account.disabled_at.is_(None))
    return db.session.scalar(sa.select(Account).where(Account.id == account_id, same))


def is_somebody_in_charge(institution_id: int | None) -> bool:
    """True where an investor of the institution may invite and remove colleagues."""
    able = sa.and_(Account.is_institution_admin, Account.disabled_at.is_(None))
    found = sa.select(Account.id).where(Account.institution_id == institution_id, able).limit(1)
    return db.session.scalar(found) is not None


def open_link(token: str, at: datetime) -> AccountLink | None:
    """The link of a token, with its account and who made it: None when it is unknown, used, revoked or over."""
    return db.session.scalar(
        sa.select(AccountLink)
        .join(AccountLink.account)
        .options(contains_eager(AccountLink.account), joinedload(AccountLink.by))
        .where(AccountLink.token_hash == token_hash(token), is_open(at), Account.disabled_at.is_(None))
    )


def open_link_of(account: Account, at: datetime) -> AccountLink | None:
    """The link that an account's holder can still use."""
    return db.session.scalar(sa.select(AccountLink).where(AccountLink.account_id == account.id, is_open(at)))


def is_open(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(AccountLink.used_at.is_(None), AccountLink.revoked_at.is_(None), AccountLink.expires_at > at)


def investors_of(institution_id: int) -> Sequence[Account]:
    """The accounts of an institution's investors, by name."""
    return db.session.scalars(
        sa.select(Account).where(Account.institution_id == institution_id).order_by(Account.name, Account.id)
    ).all()


def founders_of(startup_id: int) -> Sequence[Account]:
    """The accounts of a startup's founders, by name."""
    return db.session.scalars(
        sa.select(Account).where(Account.startup_id == startup_id).order_by(Account.name, Account.id)
    ).all()


def accounts(place: Place, text: str = "", role: str = "") -> Slice:
    """The accounts, by name."""
    statement = sa.select(Account)
    if text:
        pattern = f"%{text}%"
        statement = statement.where(sa.or_(Account.name.ilike(pattern), Account.username.ilike(pattern)))
    if role:
        statement = statement.where(Account.role == role)
    sorts = {
        "name": Sort(Account.name),
        "username": Sort(Account.username),
        "created": Sort(Account.created_at, True),
    }
    return slice_of(statement, Account.id, sorts, place)


def owners() -> Sequence[Account]:
    """The accounts that may own deals and services."""
    return db.session.scalars(OWNERS).all()


def owner_names() -> Sequence[tuple[int, str]]:
    """The id and the name of each of them, for forms and filters to offer."""
    return [(account_id, name) for account_id, name in db.session.execute(OWNER_NAMES)]


OWNERS = (
    sa.select(Account)
    .where(Account.role.in_([role.value for role in WRITERS]), Account.disabled_at.is_(None))
    .order_by(Account.name)
)
OWNER_NAMES = OWNERS.with_only_columns(Account.id, Account.name)


def finance_staff() -> Sequence[int]:
    """The ids of those who do the desk's work."""
    return db.session.scalars(
        sa.select(Account.id).where(Account.role == Role.FINANCE, Account.disabled_at.is_(None)).order_by(Account.id)
    ).all()


def count_admins() -> int:
    """How many administrators can still sign in."""
    active = sa.select(sa.func.count()).where(Account.role == Role.ADMIN, Account.disabled_at.is_(None))
    return db.session.scalar(active) or 0
