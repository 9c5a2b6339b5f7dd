"""Reading accounts and their sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from crm.accounts.models import (
    Account,
    AccountLink,
    Actor,
    Device,
    ForgottenPassword,
    ProviderIdentity,
    RecoveryCode,
    Role,
    SecondFactor,
    SignInSession,
)
from crm.accounts.policies import WRITERS, may_make_link, may_manage_accounts, may_put_in_charge
from crm.core.clock import day_of
from crm.core.connections import ACTIVE, WRITING
from crm.core.db import db
from crm.core.keeping import kept
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.core.prepared import Prepared
from crm.settings import queries as settings_queries

PENDING_LASTS = timedelta(minutes=10)
MOST_OF_ONE_ADDRESS = 5
COLUMNS = tuple(Account.__table__.c)
REMEMBERED = 500  # accounts as they were read


@dataclass(frozen=True)
class Limits:
    """How long a session lasts: without being used, and at all."""

    idle: timedelta = timedelta(hours=12)
    whole: timedelta = timedelta(days=7)


def limits_of(idle_hours: int, days: int) -> Limits:
    """The limits as the settings name them."""
    return Limits(timedelta(hours=idle_hours), timedelta(days=days))


def token_hash(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Holder:
    """Whose session it is; `beside`: the row in which the account was read, with what was read beside it."""

    account: Account
    beside: Any


class Holders:
    """The statement behind every request, made once: for those that write with the account as the session's own."""

    def __init__(self, account: sa.Select[Any], plain: sa.Select[Any]) -> None:
        self.account, self.plain = account, Prepared(plain)

    def find(self, **asked: Any) -> Holder | None:
        """The holder that the statement finds, or None."""
        if ACTIVE.get() and not WRITING.get():
            row = self.plain.first(**asked)
            return Holder(account_as_read(tuple(row[: len(COLUMNS)])), row) if row else None
        found = db.session.execute(self.account, asked).one_or_none()
        return Holder(found.Account, found) if found else None


@lru_cache(REMEMBERED)
def account_as_read(values: tuple[Any, ...]) -> Account:
    """An account of no session, for requests that change nothing; the same as long as its values are."""
    account = Account(id=values[0])
    make_transient_to_detached(account)
    for column, value in zip(COLUMNS, values, strict=True):
        set_committed_value(account, column.key, value)
    return account


def holder_with(must: Collection[str] = (), **beside: sa.ColumnElement[Any]) -> Holders:
    """What finds whose session it is, and what is read beside it.

    `must`: the roles that sign in in two steps: a session of theirs without a second factor opens nothing.
    """
    has_both = sa.or_(Account.role.not_in(must), SignInSession.by_provider, has_second_factor(Account.id))
    newer = sa.and_(Device.account_id == Account.id, Device.id > SignInSession.device_id)
    read = (
        settings_queries.STAMP.scalar_subquery().label("stamp"),
        SignInSession.id.label("session_id"),
        SignInSession.device_id,
        SignInSession.seen_at,
        sa.exists().where(newer, Device.recognised_at.is_(None)).label("new_device"),
        *(found.label(name) for name, found in beside.items()),
    )
    found = (
        sa.select(Account, *read)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .where(
            SignInSession.token_hash == sa.bindparam("token_hash"),
            lasts(sa.bindparam("idle_since"), sa.bindparam("since")),
            Account.disabled_at.is_(None),
            *([has_both] if must else []),
        )
    )
    return Holders(found, found.with_only_columns(*COLUMNS, *read, maintain_column_froms=True))


def lasts(idle_since: Any, since: Any) -> sa.ColumnElement[bool]:
    """Sessions that are open: used after one moment and begun after the other."""
    used = sa.and_(SignInSession.seen_at > idle_since, SignInSession.created_at > since)
    return sa.and_(sa.not_(SignInSession.is_pending), used)


def has_second_factor(account_id: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(SecondFactor.account_id == account_id)


def account_of_session(token: str, at: datetime, holders: Holders, limits: Limits) -> Holder | None:
    """Whose session a cookie's token opens, by the statement of `holder_with`, which may ask for `today`.

    None when the account was disabled, the session ended, or either limit is over.
    """
    found = holders.find(
        token_hash=token_hash(token), idle_since=at - limits.idle, since=at - limits.whole, today=day_of(at)
    )
    if found is not None:
        settings_queries.use(found.beside.stamp)
    return found


def account_of_pending(token: str, at: datetime) -> Account | None:
    """Whose password was right a few minutes ago, and whose second step is to come."""
    waiting = sa.and_(SignInSession.is_pending, SignInSession.created_at > at - PENDING_LASTS)
    return db.session.scalar(
        sa.select(Account)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .where(SignInSession.token_hash == token_hash(token), waiting, Account.disabled_at.is_(None))
    )


def password_of_session(token: str) -> Any:
    """The `account_id` and `password_hash` of whose session a cookie's token opened, None for no session."""
    of_session = sa.select(SignInSession.account_id, Account.password_hash).join(SignInSession.account)
    return db.session.execute(of_session.where(SignInSession.token_hash == token_hash(token))).one_or_none()


def sessions_of(account: Account, at: datetime, limits: Limits) -> Sequence[SignInSession]:
    """The open sessions of an account with their devices, the one used last first."""
    is_open = sa.and_(SignInSession.account_id == account.id, lasts(at - limits.idle, at - limits.whole))
    statement = sa.select(SignInSession).where(is_open).options(joinedload(SignInSession.device))
    return db.session.scalars(statement.order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())).all()


def find_own_session(actor: Account, session_id: int) -> SignInSession | None:
    """A session of whoever asks."""
    return db.session.scalar(
        sa.select(SignInSession).where(SignInSession.id == session_id, SignInSession.account_id == actor.id)
    )


def second_factor_of(account: Account) -> SecondFactor | None:
    """The secret behind the codes that an account is asked for; None while it is asked for none."""
    return db.session.scalar(sa.select(SecondFactor).where(SecondFactor.account_id == account.id))


def count_recovery_codes(account: Account) -> int:
    """How many recovery codes can still be used."""
    unused = sa.and_(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(sa.select(sa.func.count()).where(unused)) or 0


def identity_of(account: Account) -> ProviderIdentity | None:
    """Who the account is at the provider of single sign-on."""
    return db.session.scalar(sa.select(ProviderIdentity).where(ProviderIdentity.account_id == account.id).limit(1))


def account_bound_to(issuer: str, subject: str) -> Account | None:
    """The account of somebody whom a provider of single sign-on vouches for."""
    this = sa.and_(ProviderIdentity.issuer == issuer, ProviderIdentity.subject == subject)
    return db.session.scalar(
        sa.select(Account).join(ProviderIdentity, ProviderIdentity.account_id == Account.id).where(this)
    )


def accounts_at(email: str) -> Sequence[Account]:
    """The accounts with a mail address that can sign in, however its letters are written."""
    here = sa.and_(sa.func.lower(Account.email) == email.lower(), Account.disabled_at.is_(None))
    return db.session.scalars(sa.select(Account).where(here).order_by(Account.id).limit(MOST_OF_ONE_ADDRESS)).all()


def accounts_meant(typed: str) -> Sequence[Account]:
    """Whom somebody means who typed a user name or a mail address; only those that get mail and can sign in."""
    named = account_by_username(typed)
    found = [named] if named is not None else accounts_at(typed)
    return [account for account in found if account.email and account.disabled_at is None]


def forgotten_password(forgotten_id: int) -> ForgottenPassword | None:
    """What somebody typed, until it was looked at."""
    return db.session.get(ForgottenPassword, forgotten_id)


def account_by_username(username: str) -> Account | None:
    return db.session.scalar(sa.select(Account).where(Account.username == username.strip().lower()))


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
    """The accounts, by name, as rows of `LISTED`."""
    statement = LISTED
    if text:
        pattern = f"%{text}%"
        statement = statement.where(sa.or_(Account.name.ilike(pattern), Account.username.ilike(pattern)))
    if role:
        statement = statement.where(Account.role == role)
    return slice_of(statement, Account.id, SORTS, place)


LISTED: sa.Select[Any] = sa.select(
    *(Account.__table__.c[name] for name in ("id", "name", "username", "role", "institution_id", "startup_id")),
    Account.created_at,
    Account.disabled_at,
    (Account.password_hash == "").label("is_invited"),
)
SORTS = {
    "name": Sort(Account.name),
    "username": Sort(Account.username),
    "created": Sort(Account.created_at, True),
}


def owners() -> Sequence[Account]:
    """The accounts that may own deals and services."""
    return db.session.scalars(OWNERS).all()


def name_of(account_id: int | None) -> str | None:
    """What somebody is called; None for nobody."""
    account = db.session.get(Account, account_id) if account_id is not None else None
    return account.name if account else None


def owner_names() -> Sequence[tuple[int, str]]:
    """The id and the name of each of them, for forms and filters to offer."""
    return [(account_id, name) for account_id, name in db.session.execute(OWNER_NAMES)]


def owner_choices() -> Sequence[tuple[str, str]]:
    """The same as the filters of lists offer them."""
    return kept("owners", lambda: [(str(account_id), name) for account_id, name in owner_names()])


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


def kept_emails(before: datetime) -> Sequence[int]:
    """The accounts whose mail address was last changed before a moment, while what it was is still kept."""
    return db.session.scalars(sa.select(Account.id).where(Account.email_changed_at < before)).all()
