"""The versions of a briefing's text."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.core.db import db
from crm.reports.models import BRIEFING, Report
from crm.reports.queries import WITH_NAMES, find_report

LOOKED_AT = 50


def find_briefing(actor: Actor, report_id: int) -> Report | None:
    """A briefing, if this actor may read reports."""
    report = find_report(actor, report_id)
    return report if report is not None and report.kind == BRIEFING else None


def latest_of(report: Report) -> Report:
    """The last version of a briefing's text."""
    return [report, *later_than(report)][-1]


def versions_of(report: Report) -> list[Report]:
    """Every version of a briefing's text, the first one first."""
    earlier: list[Report] = []
    before = report.after_id
    while before is not None:
        found = db.session.scalar(sa.select(Report).options(*WITH_NAMES).where(Report.id == before))
        if found is None:
            break
        earlier.insert(0, found)
        before = found.after_id
    return [*earlier, report, *later_than(report)]


def worded_before(report: Report, language: str) -> Report | None:
    """The latest earlier briefing whose text somebody wrote in a language, to begin with; None for none."""
    earlier = (
        sa.select(Report)
        .where(Report.kind == BRIEFING, Report.id < versions_of(report)[0].id)
        .order_by(Report.id.desc())
        .limit(LOOKED_AT)
    )
    return next((one for one in db.session.scalars(earlier) if one.words.get(language)), None)


def later_than(report: Report) -> Iterator[Report]:
    found: Report | None = report
    while found is not None:
        found = db.session.scalar(sa.select(Report).options(*WITH_NAMES).where(Report.after_id == found.id))
        if found is not None:
            yield found
