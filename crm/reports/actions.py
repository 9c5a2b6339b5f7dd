"""Asking for reports, and keeping their files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.jobs import enqueue
from crm.core.storage import storage
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.meeting.week import Week
from crm.reports.models import Report, ReportKind
from crm.reports.periods import Period, check_period
from crm.reports.queries import profile_in_work
from crm.settings.queries import versions
from crm.startups.models import Startup

JOB = "report"
LANGUAGES = ("zh", "en", "both")


def request_summary(
    about: Startup | Institution | None, period: Period, language: str, *, by: Account, at: datetime
) -> Report:
    """Ask for the summary of a startup, an institution or (None) the platform. Raises Refusal."""
    check_period(period, day_of(at))
    if language not in LANGUAGES:
        raise Refusal({"language": N_("Choose one of the list.")})
    report = Report(
        kind=ReportKind.SUMMARY,
        title=about.shown_name if about else "",
        startup_id=about.id if isinstance(about, Startup) else None,
        institution_id=about.id if isinstance(about, Institution) else None,
        from_day=period.first,
        to_day=period.last,
        language=language,
        made_by_id=by.id,
        made_at=at,
    )
    return put_to_work(report, by=by, at=at)


def request_profile(startup: Startup, language: str, *, by: Account, at: datetime) -> Report:
    """Ask for a startup's published profile; the one that is in work, where the investor asked a moment ago."""
    waiting = profile_in_work(by, startup, language)
    if waiting is not None:
        return waiting
    report = Report(
        kind=ReportKind.PROFILE,
        title=startup.shown_name,
        startup_id=startup.id,
        from_day=day_of(at),
        to_day=day_of(at),
        language=language,
        made_by_id=by.id,
        made_at=at,
    )
    return put_to_work(report, by=by, at=at)


def request_meeting(week: Week, language: str, *, by: Account, at: datetime) -> Report:
    """Ask for the Monday meeting about a week. Raises Refusal."""
    if language not in LANGUAGES:
        raise Refusal({"language": N_("Choose one of the list.")})
    report = Report(
        kind=ReportKind.MEETING,
        from_day=week.first,
        to_day=week.last,
        language=language,
        made_by_id=by.id,
        made_at=at,
    )
    return put_to_work(report, by=by, at=at)


def put_to_work(report: Report, *, by: Account, at: datetime) -> Report:
    report.vocabularies = versions()
    db.session.add(report)
    db.session.flush()  # the job needs the report's id
    report.job_id = enqueue(JOB, report.id, by_id=by.id, at=at).id
    return report


def keep_pictures(report_id: int, pictures: Iterable[bytes]) -> None:
    """Keep the pages of a report as pictures."""
    keys = [storage.put(picture) for picture in pictures]
    db.session.execute(sa.update(Report).where(Report.id == report_id).values(page_keys=keys))


def keep_file(report_id: int, content: bytes, pages: int) -> None:
    """Keep the PDF of a report, unless it has one: a job that is done twice changes nothing."""
    key = storage.put(content)
    db.session.execute(
        sa.update(Report)
        .where(Report.id == report_id, Report.file_key.is_(None))
        .values(file_key=key, pages=pages, size=len(content))
    )
