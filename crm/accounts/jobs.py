"""Letters to whom forgot a password: looked up in the background, so that asking costs the same for every name.
And what is forgotten of accounts each night."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from crm.accounts import lockout, sessions
from crm.accounts.actions import FORGOTTEN, forget_emails, make_link
from crm.accounts.letters import mail_link
from crm.accounts.models import System
from crm.accounts.queries import accounts_meant, forgotten_password, kept_emails
from crm.audit.vocabulary import MASKED_KEPT
from crm.core.clock import now
from crm.core.db import db, unit_of_work
from crm.core.jobs import Progress, handles
from crm.core.periodic import once_a_day


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


def forget_daily(session_days: int, device_days: int, at: datetime) -> None:
    """Once a day: sessions that open no page any more, devices that nobody uses, and what was tried long ago."""
    once_a_day("accounts", partial(forget, timedelta(session_days), timedelta(device_days), at), at=at)


def forget_earlier_emails(at: datetime) -> None:
    """Forget addresses that were replaced an hour ago: nobody may undo that any more."""
    with unit_of_work(write=False):
        old = kept_emails(at - MASKED_KEPT)
    if old:
        with unit_of_work(write=True):
            forget_emails(old)


def forget(session_lasts: timedelta, device_lasts: timedelta, at: datetime) -> None:
    sessions.forget(at - session_lasts, at - device_lasts)
    lockout.forget(at=at)
