"""Making reports in the background."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.models import System
from crm.core.clock import day_of, now
from crm.core.db import unit_of_work
from crm.core.errors import Refusal
from crm.core.jobs import Job, JobState, Progress, handles, when_over
from crm.institutions.queries import institution_of
from crm.lib.text import N_
from crm.meeting.queries import meeting
from crm.meeting.week import week_of
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.reports.actions import JOB, keep_file, keep_pictures
from crm.reports.html import Document, Stamp, meeting_document, profile_document, summary_document
from crm.reports.models import Report, ReportKind
from crm.reports.periods import Period
from crm.reports.pictures import draw_pages
from crm.reports.profile import profile_of
from crm.reports.queries import report_to_make
from crm.reports.renderer import renderer
from crm.reports.summary import summarise
from crm.settings.queries import pinned, platform

STEPS = 5


@handles(JOB)
def make_report(report_id: int, progress: Progress) -> None:
    """Gather, render, keep. A report that has its file is left alone. Raises Refusal."""
    progress(1, STEPS)
    with unit_of_work(write=False):
        report = report_to_make(report_id)
        if report is None or report.file_key:
            return
        with pinned((report.vocabularies or {}).get):
            document = document_of(report, now())
    progress(2, STEPS)
    pdf = renderer.render(document.html)
    progress(3, STEPS)
    with unit_of_work(write=True):
        keep_file(report_id, pdf.content, pdf.pages)
    progress(4, STEPS)
    pictures = list(draw_pages(pdf.content))
    with unit_of_work(write=True):
        keep_pictures(report_id, pictures)
    progress(STEPS, STEPS)


@when_over(JOB)
def tell_asker(job: Job) -> None:
    """Whoever asked for a report learns that it is ready, or that it could not be made."""
    report = report_to_make(job.record_id)
    if report is not None:
        kind = NoticeKind.REPORT_READY if job.state == JobState.DONE else NoticeKind.REPORT_FAILED
        name = f"{report.title or platform().name_zh} · {report.number}"
        at = job.finished_at or now()
        notify([job.by_id], kind, record_type="report", record_id=report.id, name=name, by=None, at=at)


def document_of(report: Report, at: datetime) -> Document:
    """What a report says at a moment. Raises Refusal for a profile that investors may no longer read."""
    by = report.made_by
    stamp = Stamp(at, by.name if by else "", report.number)
    if report.kind == ReportKind.SUMMARY:
        summary = summarise(report.startup or report.institution, Period(report.from_day, report.to_day))
        return summary_document(summary, report.language, stamp)
    if report.kind == ReportKind.MEETING:
        week = week_of(report.from_day, day_of(report.made_at))
        return meeting_document(meeting(by or System(), week), report.language, stamp)
    if report.startup is None or by is None or not report.startup.is_published(day_of(at)):
        raise Refusal({"": N_("This profile is no longer published.")})
    reader = f"{institution_of(by).name} · {by.name}"
    profile = profile_of(report.startup, day_of(at))
    return profile_document(profile, report.language, Stamp(at, by.name, report.number, reader))
