"""Making reports in the background."""

from __future__ import annotations

from crm.core.clock import now
from crm.core.db import unit_of_work
from crm.core.jobs import Job, JobState, Progress, handles, when_over
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.reports import editions
from crm.reports.actions import JOB, keep_pictures
from crm.reports.editions import Manuscript
from crm.reports.pictures import draw_pages
from crm.reports.queries import report_to_make
from crm.reports.renderer import renderer
from crm.settings.queries import pinned, platform

STEPS = 5


@handles(JOB)
def make_report(report_id: int, progress: Progress) -> None:
    """Gather, render, keep; what says the same as an earlier edition gets that one. Raises Refusal.

    A report that has its edition is left alone.
    """
    progress(1, STEPS)
    manuscript = write(report_id)
    if manuscript is None:
        return
    with unit_of_work(write=True):
        if editions.use_earlier(report_id, manuscript.digest):
            return
    progress(2, STEPS)
    pdf = renderer.render(manuscript.document.html, manuscript.data)
    progress(3, STEPS)
    with unit_of_work(write=True):
        editions.keep(report_id, manuscript, pdf)
    progress(4, STEPS)
    pictures = list(draw_pages(pdf.content))
    with unit_of_work(write=True):
        keep_pictures(report_id, pictures)
    progress(STEPS, STEPS)


def write(report_id: int) -> Manuscript | None:
    """What a report says now, in the words of the vocabularies that it was asked for with; None where it is made."""
    with unit_of_work(write=False):
        report = report_to_make(report_id)
        if report is None or report.edition_id:
            return None
        with pinned((report.vocabularies or {}).get):
            return editions.write(report, now())


@when_over(JOB)
def tell_asker(job: Job) -> None:
    """Whoever asked for a report learns that it is ready, or that it could not be made."""
    report = report_to_make(job.record_id)
    if report is not None:
        kind = NoticeKind.REPORT_READY if job.state == JobState.DONE else NoticeKind.REPORT_FAILED
        name = f"{report.title or platform().name_zh} · {report.number}"
        at = job.finished_at or now()
        notify([job.by_id], kind, record_type="report", record_id=report.id, name=name, by=None, at=at)
