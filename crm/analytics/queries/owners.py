"""Who owns deals, by name."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Account, Role
from crm.core.db import db


def owners() -> dict[int, tuple[str, bool]]:
    """{account: (name, still signs in)} of everybody who is or was at the desk, by name."""
    rows = db.session.execute(
        sa.select(Account.id, Account.name, Account.disabled_at)
        .where(Account.role.in_([Role.FINANCE, Role.MANAGER]))
        .order_by(Account.name)
    )
    return {row.id: (row.name, row.disabled_at is None) for row in rows}
