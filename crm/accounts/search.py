"""What accounts are found by, by administrators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.accounts.policies import may_manage_accounts
from crm.core.db import db
from crm.lib.text import N_
from crm.search.registry import Description, Kind


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """The person's name and the sign-in name."""
    columns = (Account.id, Account.name, Account.username, Account.disabled_at)
    for row in db.session.execute(sa.select(*columns).where(Account.id.in_(ids)).order_by(Account.id)):
        yield Description(
            record_id=row.id,
            title=row.name or row.username,
            note=row.username,
            names=(row.name or row.username,),
            codes=(row.username,),
        )


ACCOUNTS = Kind(
    name="account",
    model=Account,
    label=N_("Accounts"),
    icon="users",
    endpoint="accounts.show_account",
    argument="account_id",
    describe=describe,
    may_find=may_manage_accounts,
    list_endpoint="accounts.list_accounts",
)
