"""Making reports in the background."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from crm.accounts.models import System
from crm.core.clock import day_of, now
from crm.core.db import db, unit_of_work
from crm.core.jobs import Job, JobState, Progress, handles, when_over
from crm.core.periodic import once_a_day
from crm.core.storage import storage
from crm.lib.translations import translator
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.reports import actions, batches, editions, recipes
from crm.reports.actions import JOB, keep_pictures
from crm.reports.batches import MANY
from crm.reports.editions import Manuscript
from crm.reports.mailing import mail_to_readers
from crm.reports.models import Batch
from crm.reports.packing import pack
from crm.reports.queries import (
    find_recipe,
    forgotten_drafts,
    made_in_batch,
    outdated,
    report_to_make,
)
from crm.reports.renderer import renderer
from crm.settings.queries import pinned, platform

STEPS = 5
DRAFTS_KEPT = timedelta(days=2)


@handles(JOB)
def make_report(report_id: int, progress: Progress) -> None:
    """Gather, render, keep, draw; what says the same as an earlier edition gets that one. Raises Refusal.

    A report that has its edition is not made again; pages that a killed worker left undrawn are drawn.
    """
    progress(1, STEPS)
    renderer.prepare()
    manuscript = write(report_id)
    if manuscript is not None:
        make_edition(report_id, manuscript, progress)
    progress(4, STEPS)
    draw(report_id)
    progress(STEPS, STEPS)


def make_edition(report_id: int, manuscript: Manuscript, progress: Progress) -> None:
    with unit_of_work(write=True):
        if editions.use_earlier(report_id, manuscript.digest):
            return
    progress(2, STEPS)
    pdf = renderer.render(manuscript.document.html, manuscript.data)
    progress(3, STEPS)
    with unit_of_work(write=True):
        editions.keep(report_id, manuscript, pdf)


def draw(report_id: int) -> None:
    """The pages of a report's document as pictures, unless they are there."""
    with unit_of_work(write=False):
        report = report_to_make(report_id)
        if report is None or report.edition is None or report.page_keys:
            return
        file_key = report.edition.file_key
    pictures = renderer.draw(storage.get(file_key))
    with unit_of_work(write=True):
        keep_pictures(report_id, pictures)


def make_due_reports(at: datetime) -> None:
    """The reports that recipes' schedules ask for, each in a unit of its own; what fails keeps no other back."""
    with unit_of_work(write=False):
        waiting = [recipe.id for recipe in recipes.due_recipes(day_of(at))]
    for recipe_id in waiting:
        with unit_of_work(write=True):
            recipe = find_recipe(System(), recipe_id)
            if recipe is not None:
                recipes.serve(recipe, at=at)


def tidy_archive(kept_days: int, at: datetime) -> None:
    """Once a day: drafts that nobody kept go, and reports that are older than the archive keeps them (0: for ever)."""
    once_a_day("tidy reports", partial(forget_old, kept_days, at), at=at)


def forget_old(kept_days: int, at: datetime) -> None:
    actions.forget(forgotten_drafts(at - DRAFTS_KEPT))
    if kept_days:
        actions.forget(outdated(at - timedelta(days=kept_days)))


def write(report_id: int) -> Manuscript | None:
    """What a report says now, in the words of the vocabularies that it was asked for with; None where it is made."""
    with unit_of_work(write=False):
        report = report_to_make(report_id)
        if report is None or report.edition_id:
            return None
        with pinned((report.vocabularies or {}).get):
            return editions.write(report, now())


@when_over(JOB)
def report_is_over(job: Job) -> None:
    """A batch goes on to its next report; whoever asked for a single one learns how it ended, and a recipe's readers
    that it is there."""
    report, at = report_to_make(job.record_id), job.finished_at or now()
    if report is None or report.is_draft:
        return
    if report.batch_id:
        batches.go_on(db.session.get_one(Batch, report.batch_id), at=at)
        return
    kind = NoticeKind.REPORT_READY if job.state == JobState.DONE else NoticeKind.REPORT_FAILED
    name = f"{report.title or platform().name_zh} · {report.number}"
    notify([job.by_id], kind, record_type="report", record_id=report.id, name=name, by=None, at=at)
    if report.recipe and report.is_scheduled and job.state == JobState.DONE:
        mail_to_readers(report, report.recipe, at=at)


@handles(batches.PACKING)
def pack_batch(batch_id: int, progress: Progress) -> None:
    """Put what was made into one archive and one PDF. Raises RuntimeError where a file is lost."""
    with unit_of_work(write=False):
        files = [(f"{report.title} {report.to_day}", one.file_key) for report, one in made_in_batch(batch_id)]
    progress(1, STEPS)
    archive, whole = pack(files) if files else (None, None)
    with unit_of_work(write=True) as session:
        batch = session.get_one(Batch, batch_id)
        batch.zip_key, batch.merged_key = archive, whole


@when_over(batches.PACKING)
def batch_is_over(job: Job) -> None:
    """Whoever asked for a batch learns that it is over."""
    batch, at = db.session.get_one(Batch, job.record_id), job.finished_at or now()
    name = translator("zh")(MANY[batch.about].label)
    notify([job.by_id], NoticeKind.BATCH_OVER, record_type="batch", record_id=batch.id, name=name, by=None, at=at)
