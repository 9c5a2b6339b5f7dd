"""Changing accounts, checking passwords, and the links by which passwords are chosen."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.accounts import lockout
from crm.accounts.models import Account, AccountLink, Actor, DigestRhythm, ForgottenPassword, LinkKind, Role
from crm.accounts.passwords import check_password, hash_password, password_fits
from crm.accounts.queries import account_by_username, count_admins, is_somebody_in_charge, token_hash
from crm.accounts.sessions import close_all_sessions
from crm.audit import actions as audit
from crm.core.db import db, lock_table
from crm.core.errors import Refusal
from crm.core.jobs import enqueue
from crm.lib.text import N_

WRONG = N_("The user name or the password is wrong.")
NO_PASSWORD = ""
LINK_LASTS = {LinkKind.INVITATION: timedelta(days=7), LinkKind.RESET: timedelta(hours=24)}
FORGOTTEN = "forgotten"  # the kind of job that looks whose password it is


class Spent(Exception):
    """The link was used or revoked while its page was open."""


def count_attempt(username: str, address: str, *, at: datetime) -> None:
    """Count a sign-in before it is tried, by name and by the keyed hash of an address, in a unit of its own.

    Raises LockedOut for existing and invented names alike.
    """
    lockout.take(lockout.NAME, tidy_username(username), at=at)
    lockout.take(lockout.ADDRESS, address, at=at)


def check_credentials(account: Account | None, password: str) -> Account:
    """The account, when it may sign in with this password. Raises Refusal, which says nothing about which was wrong."""
    fits = password_fits(account.password_hash if account else None, password)
    if account is None or not fits or account.disabled_at is not None:
        raise Refusal({"": WRONG})
    return account


def tidy_username(typed: str) -> str:
    """A user name as accounts and locks keep it."""
    return typed.strip().lower()[:80]


def unlock(account: Account, *, by: Actor, at: datetime) -> None:
    """Lift a lock-out before its time."""
    clear_locks(account)
    audit.record(account, "unlocked", by=by, at=at, name=account.username)


def locked_until(account: Account, *, at: datetime) -> datetime | None:
    """Until when its holder may type no password, to sign in or in an open session; None while they may."""
    signing_in = lockout.locked_until(lockout.NAME, account.username, at)
    return signing_in or lockout.locked_until(lockout.CURRENT, str(account.id), at)


def clear_locks(account: Account) -> None:
    lockout.clear(lockout.NAME, account.username)
    lockout.clear(lockout.CURRENT, str(account.id))


def forget_password(typed: str, address: str, *, at: datetime) -> None:
    """Ask for a link by mail. It is the job process that looks whose name or address it is: nobody learns here
    whether there is one. Raises LockedOut for an address that asked too often.
    """
    lockout.take(lockout.ASKING, address, at=at)
    forgotten = ForgottenPassword(typed=typed.strip()[:254], at=at)
    db.session.add(forgotten)
    db.session.flush()  # the job needs the id
    enqueue(FORGOTTEN, forgotten.id, by_id=None, at=at)


def add_account(
    *,
    username: str,
    name: str,
    role: Role,
    institution_id: int | None = None,
    startup_id: int | None = None,
    password: str,
    email: str = "",
    by: Actor,
    at: datetime,
) -> Account:
    """A new account. Raises Refusal on a taken name, a weak password or an outsider who belongs nowhere."""
    username = username.strip().lower()
    check_password(password, username)
    told = {"email": email, "password_hash": hash_password(password)}
    return new_account(username, name, role, institution_id, startup_id, **told, by=by, at=at)


@dataclass(frozen=True)
class SecretLink:
    """A link that was just made. `token` is known here and to whoever gets the link, nowhere else."""

    link: AccountLink
    token: str


def invite(
    *,
    username: str,
    name: str,
    role: Role,
    institution_id: int | None = None,
    startup_id: int | None = None,
    email: str = "",
    by: Actor,
    at: datetime,
) -> tuple[Account, SecretLink]:
    """A new account whose holder chooses the password by a link. Raises Refusal as `add_account` does."""
    told = {"email": email, "password_hash": NO_PASSWORD}
    username = username.strip().lower()
    account = new_account(username, name, role, institution_id, startup_id, **told, by=by, at=at)
    return account, make_link(account, by=by, at=at)


def new_account(
    username: str,
    name: str,
    role: Role,
    institution_id: int | None,
    startup_id: int | None,
    *,
    email: str,
    password_hash: str,
    by: Actor,
    at: datetime,
) -> Account:
    check_belonging(role, institution_id, startup_id)
    if account_by_username(username) is not None:
        raise Refusal({"username": N_("This user name is taken.")})
    account = Account(
        username=username,
        name=name or username,
        role=role,
        institution_id=institution_id,
        startup_id=startup_id,
        email=email,
        password_hash=password_hash,
        is_institution_admin=role == Role.INVESTOR and not is_somebody_in_charge(institution_id),
        created_at=at,
    )
    db.session.add(account)
    audit.record(account, "created", by=by, at=at, name=username, changes=[audit.change("role", None, role)])
    return account


def make_link(account: Account, *, by: Actor, at: datetime) -> SecretLink:
    """A link by which the holder chooses a password; the links before it end. Raises Refusal for a disabled account."""
    if account.disabled_at is not None:
        raise Refusal({"": N_("This account is disabled: enable it first.")})
    revoke_links(account, at=at)
    kind = LinkKind.INVITATION if account.is_invited else LinkKind.RESET
    verb = "invited" if account.is_invited else "reset"
    audit.record(account, verb, by=by, at=at, name=account.username)
    token = secrets.token_urlsafe(32)
    link = AccountLink(
        account_id=account.id,
        kind=kind,
        token_hash=token_hash(token),
        created_at=at,
        expires_at=at + LINK_LASTS[kind],
        by_id=by.id,
    )
    db.session.add(link)
    return SecretLink(link, token)


def revoke_links(account: Account, *, at: datetime) -> None:
    """End every link that somebody could still use."""
    mine = sa.and_(AccountLink.account_id == account.id, AccountLink.used_at.is_(None))
    db.session.execute(sa.update(AccountLink).where(mine, AccountLink.revoked_at.is_(None)).values(revoked_at=at))


def use_link(link: AccountLink, password: str, *, at: datetime) -> None:
    """Let the holder choose a password; the link is worth nothing afterwards. Raises Refusal on a weak password, Spent
    when somebody was quicker."""
    account = link.account
    unused = sa.and_(AccountLink.id == link.id, AccountLink.used_at.is_(None), AccountLink.revoked_at.is_(None))
    taken = db.session.execute(sa.update(AccountLink).where(unused).values(used_at=at).returning(AccountLink.id))
    if taken.one_or_none() is None:
        raise Spent
    set_password(account, password, by=account, at=at)


def change_account(
    account: Account,
    *,
    name: str,
    role: Role,
    institution_id: int | None = None,
    startup_id: int | None = None,
    email: str,
    version: int | None,
    by: Actor,
    at: datetime,
) -> bool:
    """Change name, role, institution, startup or mail address; who gets another role or place signs in anew.

    True where it has another one; the caller forgets its notices then. Raises Refusal, Conflict.
    """
    account.expect_version(version)
    check_belonging(role, institution_id, startup_id)
    if account.role == Role.ADMIN and role != Role.ADMIN:
        check_not_last_admin(account)
    if (account.role, account.institution_id) != (role, institution_id):
        account.is_institution_admin = False
    is_elsewhere = account.place != (role, institution_id, startup_id)
    if is_elsewhere:
        close_all_sessions(account)
    account.name, account.role = name or account.username, role
    set_email(account, email, at=at)
    account.institution_id, account.startup_id = institution_id, startup_id
    audit.record_change(account, by=by, at=at, name=account.username)
    return is_elsewhere


def disable(account: Account, *, by: Actor, at: datetime) -> None:
    """Nobody signs in with it any more, and open sessions end. Raises Refusal for the last administrator."""
    if account.role == Role.ADMIN:
        check_not_last_admin(account)
    account.disabled_at = at
    close_all_sessions(account)
    revoke_links(account, at=at)
    audit.record(account, "disabled", by=by, at=at, name=account.username)


def enable(account: Account, *, by: Actor, at: datetime) -> None:
    """Undo `disable`."""
    account.disabled_at = None
    audit.record(account, "enabled", by=by, at=at, name=account.username)


def put_in_charge(account: Account, *, by: Actor, at: datetime) -> None:
    """An investor may invite and remove the colleagues of its institution, besides those who may already."""
    account.is_institution_admin = True
    audit.record(account, "given_charge", by=by, at=at, name=account.username)


def take_charge(account: Account, *, by: Actor, at: datetime) -> None:
    """Undo `put_in_charge`."""
    account.is_institution_admin = False
    audit.record(account, "taken_charge", by=by, at=at, name=account.username)


def set_password(account: Account, password: str, *, by: Actor, at: datetime, keep: str = "") -> None:
    """A new password; ends the account's other sessions, its links and any lock-out. Raises Refusal on a weak one."""
    check_password(password, account.username)
    account.password_hash = hash_password(password)
    close_all_sessions(account, keep=keep)
    revoke_links(account, at=at)
    clear_locks(account)
    audit.record(account, "password", by=by, at=at, name=account.username)


def edit_own_account(
    account: Account,
    *,
    email: str,
    daily_digest: bool,
    portal_digest: DigestRhythm,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Change where one gets mail, and which digest comes that way. Raises Conflict."""
    account.expect_version(version)
    set_email(account, email, at=at)
    account.daily_digest, account.portal_digest = daily_digest, portal_digest
    audit.record_change(account, by=by, at=at, name=account.username)


def set_email(account: Account, email: str, *, at: datetime) -> None:
    """Another address, and the one before as long as the change may be undone: the history holds masks of them only."""
    if email != account.email:
        account.email_before, account.email_changed_at = account.email, at
    account.email = email


def forget_emails(ids: Sequence[int]) -> None:
    """Forget the addresses that some accounts had before their latest change."""
    forgotten = {"email_before": None, "email_changed_at": None}
    db.session.execute(sa.update(Account).where(Account.id.in_(ids)).values(forgotten))


def choose_language(account: Account, language: str) -> None:
    """Remember the language of an account."""
    account.language = language


def check_belonging(role: Role, institution_id: int | None, startup_id: int | None) -> None:
    if role == Role.INVESTOR and institution_id is None:
        raise Refusal({"institution": N_("An investor belongs to an institution: name it.")})
    if role != Role.INVESTOR and institution_id is not None:
        raise Refusal({"institution": N_("Only investors belong to an institution: leave this empty.")})
    if role == Role.FOUNDER and startup_id is None:
        raise Refusal({"startup": N_("A founder belongs to a startup: name it.")})
    if role != Role.FOUNDER and startup_id is not None:
        raise Refusal({"startup": N_("Only founders belong to a startup: leave this empty.")})


def check_not_last_admin(account: Account) -> None:
    lock_table(Account)
    if account.disabled_at is None and count_admins() <= 1:
        raise Refusal({"": N_("This is the last administrator: make another one first.")})
