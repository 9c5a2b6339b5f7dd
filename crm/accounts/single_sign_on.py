"""Whose account it is that a provider vouches for. Never makes one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor, ProviderIdentity
from crm.accounts.queries import account_bound_to, accounts_at, identity_of
from crm.audit import actions as audit
from crm.core.db import db
from crm.core.errors import Refusal
from crm.lib.text import N_

UNKNOWN = N_("No account here belongs to you: ask the administrator to enter your mail address in your account.")


def recognise(issuer: str, claims: Mapping[str, Any], *, at: datetime) -> Account:
    """The account bound to the subject, else the one with its verified mail address, bound now. Raises Refusal."""
    subject = str(claims["sub"])
    account = account_bound_to(issuer, subject) or bind(issuer, subject, verified_email(claims), at=at)
    if account.disabled_at is not None:
        raise Refusal({"": N_("Your account is disabled: ask the administrator.")})
    return account


def verified_email(claims: Mapping[str, Any]) -> str:
    if claims.get("email_verified") is not True or not claims.get("email"):
        raise Refusal(
            {"": N_("The provider has not verified your mail address, so nobody can tell which account is yours.")}
        )
    return str(claims["email"])


def bind(issuer: str, subject: str, email: str, *, at: datetime) -> Account:
    """Bind a subject to the one account with a mail address; to none of two, and to none that is somebody else's."""
    found = accounts_at(email)
    if len(found) != 1 or identity_of(found[0]) is not None:
        raise Refusal({"": UNKNOWN})
    db.session.add(ProviderIdentity(account_id=found[0].id, issuer=issuer[:300], subject=subject[:255], bound_at=at))
    audit.record(found[0], "bound", by=found[0], at=at, name=found[0].username)
    return found[0]


def unbind(account: Account, *, by: Actor, at: datetime) -> None:
    """Forget who an account is at the provider: the next verified mail address binds it anew."""
    db.session.execute(sa.delete(ProviderIdentity).where(ProviderIdentity.account_id == account.id))
    audit.record(account, "unbound", by=by, at=at, name=account.username)
