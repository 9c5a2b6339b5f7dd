"""Who may do what with accounts, and the role groups that other features build on."""

from __future__ import annotations

from typing import Any

from crm.accounts.models import Account, Actor, Role

READERS = frozenset({Role.FINANCE, Role.MANAGER, Role.LEADER})
WRITERS = frozenset({Role.FINANCE, Role.MANAGER})
OUTSIDERS = frozenset({Role.INVESTOR, Role.FOUNDER})


def is_signed_in(actor: Actor, *records: Any) -> bool:
    """Anyone with an account."""
    return True


def may_read_records(actor: Actor, *records: Any) -> bool:
    """Staff and their leaders see every record."""
    return actor.role in READERS


def may_write_records(actor: Actor, *records: Any) -> bool:
    """Finance staff and managers write institutions, funds, startups, rounds, deals and services."""
    return actor.role in WRITERS


def may_see_contacts(actor: Actor, *records: Any) -> bool:
    """Leaders read records without contact data."""
    return actor.role in WRITERS


def is_manager(actor: Actor, *records: Any) -> bool:
    """Managers publish profiles and make reports."""
    return actor.role == Role.MANAGER


def is_investor(actor: Actor, *records: Any) -> bool:
    """An outsider who belongs to one institution."""
    return actor.role == Role.INVESTOR


def is_founder(actor: Actor, *records: Any) -> bool:
    """An outsider who belongs to one startup."""
    return actor.role == Role.FOUNDER


def may_manage_accounts(actor: Actor, *records: Any) -> bool:
    """Administrators manage accounts, and nothing else."""
    return actor.role == Role.ADMIN


def may_read_audit(actor: Actor, *records: Any) -> bool:
    """Managers read what happened to records, administrators what happened to accounts and settings, and exports."""
    return actor.role in {Role.MANAGER, Role.ADMIN}


def may_invite(actor: Actor, *records: Any) -> bool:
    """Those who write records invite investors of an institution and founders of a startup."""
    return may_write_records(actor)


def may_make_link(actor: Actor, account: Account) -> bool:
    """Administrators make links for everybody; those who write records for outsiders who have not come in yet."""
    waiting = account.role in OUTSIDERS and account.is_invited
    return may_manage_accounts(actor) or (may_write_records(actor) and waiting)


def may_change_own_password(actor: Actor, *records: Any) -> bool:
    """Everybody their own."""
    return isinstance(actor, Account)


def has_digest(actor: Actor, *records: Any) -> bool:
    """Those who do the work that a digest lists."""
    return actor.role in WRITERS


def may_put_in_charge(actor: Actor, account: Account) -> bool:
    """Administrators and those who write records say which investor invites and removes colleagues."""
    return account.role == Role.INVESTOR and (may_manage_accounts(actor) or may_write_records(actor))
