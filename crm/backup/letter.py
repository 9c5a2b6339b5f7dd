"""The letter that tells administrators of a nightly backup that failed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from markupsafe import escape

from crm.accounts.models import Account, Role
from crm.core.db import db
from crm.core.outbox import outbox
from crm.web.language import force_locale
from crm.web.language import gettext as _


def tell_administrators(day: date, reason: str, *, at: datetime) -> None:
    """Write to every administrator who has a mail address and can still sign in."""
    reachable = sa.and_(Account.role == Role.ADMIN, Account.disabled_at.is_(None), Account.email != "")
    for account in db.session.scalars(sa.select(Account).where(reachable).order_by(Account.id)):
        with force_locale(account.language):
            subject = _("The backup of %(day)s failed", day=day.isoformat())
            plain = _("%(reason)s\n\nMend this, then run: crm backup FILE", reason=reason)
        outbox.write(account.email, subject, plain, f"<p>{escape(plain)}</p>", at=at)
