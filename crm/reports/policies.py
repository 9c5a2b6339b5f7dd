"""Who makes reports and who reads them."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Actor, Role
from crm.accounts.policies import is_manager
from crm.reports.models import Report, ReportKind

may_make = is_manager


def may_read_reports(actor: Actor, report: Report | None = None) -> bool:
    """Managers and their leaders read summaries and meetings; a profile is read by the investor who asked."""
    return actor.role in (Role.MANAGER, Role.LEADER)


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Summaries and meetings, for those who may read them."""
    return Report.kind.in_((ReportKind.SUMMARY, ReportKind.MEETING)) if may_read_reports(actor) else sa.false()
