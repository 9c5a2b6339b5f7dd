"""Letters to whom forgot a password: looked up in the background, so that asking costs the same for every name."""

from __future__ import annotations

from crm.accounts import lockout
from crm.accounts.actions import FORGOTTEN, make_link
from crm.accounts.letters import mail_link
from crm.accounts.models import System
from crm.accounts.queries import accounts_meant, forgotten_password
from crm.core.clock import now
from crm.core.db import db, unit_of_work
from crm.core.jobs import Progress, handles


@handles(FORGOTTEN)
def answer_forgotten(forgotten_id: int, progress: Progress) -> None:
    """A link to each account that was meant, three a day at most; what was typed is not kept."""
    progress(0, 1)
    with unit_of_work(write=True):
        forgotten = forgotten_password(forgotten_id)
        if forgotten is None:
            return
        for account in accounts_meant(forgotten.typed):
            try:
                lockout.take(lockout.MAILED, str(account.id), at=now())
            except lockout.LockedOut:
                continue
            mail_link(account, make_link(account, by=System(), at=now()), at=now())
        db.session.delete(forgotten)
