"""Writing the text of a briefing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.accounts.models import Account
from crm.audit import actions as audit
from crm.briefings.queries import latest_of
from crm.core.errors import Conflict
from crm.reports.actions import Wanted, put_to_work
from crm.reports.models import Report
from crm.reports.periods import Period


def reword(report: Report, words: dict[str, Any], *, version: int | None, by: Account, at: datetime) -> Report:
    """Make a briefing again with another text: the version before stays as it was. `version`: the one whose text was
    read. Raises Conflict when somebody wrote a newer one."""
    latest = latest_of(report)
    if version != latest.id:
        raise Conflict(latest)
    period = Period(latest.from_day, latest.to_day)
    wanted = Wanted(latest.kind, period, latest.language, options=tuple(latest.options), words=words)
    again = put_to_work(wanted, by=by, at=at)
    again.after_id = latest.id
    audit.record(again, "worded", by=by, at=at, name=f"{words.get('zh', {}).get('title', '')} {again.number}".strip())
    return again
