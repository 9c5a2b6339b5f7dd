"""Who has a digest: those who do the work that it lists."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.accounts.models import Account, DigestRhythm, Role
from crm.accounts.policies import WRITERS, has_digest

may_read = has_digest


def is_mailed_guest(rhythms: Collection[DigestRhythm]) -> sa.ColumnElement[bool]:
    """Investors who get what is new by mail in one of these rhythms: they have an address and can still sign in."""
    return sa.and_(
        Account.role == Role.INVESTOR,
        Account.email != "",
        Account.portal_digest.in_(list(rhythms)),
        Account.disabled_at.is_(None),
    )


def is_mailed() -> sa.ColumnElement[bool]:
    """Accounts whose digest goes out by mail: they have an address, chose it, and can still sign in."""
    return sa.and_(
        Account.role.in_([role.value for role in WRITERS]),
        Account.email != "",
        Account.daily_digest,
        Account.disabled_at.is_(None),
    )
