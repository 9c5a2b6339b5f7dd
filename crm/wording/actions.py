"""Writing down who took a text for people outside."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.models import Account
from crm.audit import actions as audit
from crm.core.db import Base
from crm.institutions.models import Institution
from crm.wording.told import Audience

VERBS = {Audience.INVESTOR: "told_investor", Audience.FOUNDER: "told_founder"}


def record_copy(
    subject: Base, name: str, audience: Audience, institution: Institution | None, *, by: Account, at: datetime
) -> None:
    """A text about a record was taken for people outside, of one institution where it was named."""
    to = [audit.change("told_to", None, institution.name)] if institution else []
    audit.record(subject, VERBS[audience], by=by, at=at, name=name, changes=to)
