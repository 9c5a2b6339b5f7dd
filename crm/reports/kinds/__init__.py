"""Every kind of report by its name. A new one: a package with `KIND` in its `telling.py`, and its line here."""

from __future__ import annotations

from crm.reports.kinds.briefing.telling import KIND as BRIEFING
from crm.reports.kinds.filled.telling import KIND as FILLED
from crm.reports.kinds.kind import Asked, Option, ReportKind
from crm.reports.kinds.meeting.telling import KIND as MEETING
from crm.reports.kinds.profile.telling import KIND as PROFILE
from crm.reports.kinds.summary.telling import KIND as SUMMARY

__all__ = ["KINDS", "Asked", "Option", "ReportKind"]

KINDS: dict[str, ReportKind] = {kind.name: kind for kind in (SUMMARY, BRIEFING, MEETING, PROFILE, FILLED)}
