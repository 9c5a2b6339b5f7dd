"""Every kind of report by its name. A new one: a package with `KIND` in its `telling.py`, and its line here."""

from __future__ import annotations

from crm.reports.kinds.annual.telling import KIND as ANNUAL
from crm.reports.kinds.briefing.telling import KIND as BRIEFING
from crm.reports.kinds.filled.telling import KIND as FILLED
from crm.reports.kinds.flow.telling import KIND as FLOW
from crm.reports.kinds.institution.telling import KIND as INSTITUTION
from crm.reports.kinds.kind import Asked, Option, ReportKind
from crm.reports.kinds.matrix.telling import KIND as MATRIX
from crm.reports.kinds.meeting.telling import KIND as MEETING
from crm.reports.kinds.profile.telling import KIND as PROFILE
from crm.reports.kinds.round.telling import KIND as ROUND
from crm.reports.kinds.startup.telling import KIND as STARTUP
from crm.reports.kinds.summary.telling import KIND as SUMMARY
from crm.reports.kinds.yardsticks.telling import KIND as YARDSTICKS

__all__ = ["KINDS", "Asked", "Option", "ReportKind"]

KINDS: dict[str, ReportKind] = {
    kind.name: kind
    for kind in (
        BRIEFING,
        SUMMARY,
        STARTUP,
        INSTITUTION,
        ROUND,
        FLOW,
        MATRIX,
        ANNUAL,
        YARDSTICKS,
        MEETING,
        PROFILE,
        FILLED,
    )
}
