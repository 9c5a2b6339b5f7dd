"""Importing in the background."""

from __future__ import annotations

from crm.accounts.models import Account, Actor, System
from crm.core.clock import now
from crm.core.db import db, unit_of_work
from crm.core.jobs import Job, JobState, Progress, handles, when_over
from crm.core.storage import storage
from crm.imports.actions import JOB, import_ledger, read_ledger
from crm.imports.models import LedgerImport
from crm.imports.outcome import ADDED, CHANGED, Outcome
from crm.imports.refused import refused_workbook
from crm.lib.text import N_, Message
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind


@handles(JOB)
def run_import(import_id: int, progress: Progress) -> Message:
    """Read, import, keep the outcome.

    The outcome is committed together with the records, so that a job which is done again tells the truth.
    """
    with unit_of_work(write=False) as session:
        run = session.get_one(LedgerImport, import_id)
        by: Actor = session.get_one(Account, run.made_by_id) if run.made_by_id else System()
        content = storage.get(run.file_key)
    if run.outcome is None:
        take_over(run, content, by, progress)
    outcome = Outcome.from_data(run.outcome or {})
    refused = refused_workbook(content, outcome, run.language)
    if refused is not None:
        with unit_of_work(write=True) as session:
            session.get_one(LedgerImport, import_id).refused_key = storage.put(refused)
    added, changed = (sum(outcome.counts[effect].values()) for effect in (ADDED, CHANGED))
    return N_(
        "%(added)s added, %(changed)s changed, %(refused)s refused",
        added=added,
        changed=changed,
        refused=len(outcome.refused),
    )


@when_over(JOB)
def tell_asker(job: Job) -> None:
    """Whoever uploaded a ledger learns what came of it."""
    run = db.session.get(LedgerImport, job.record_id)
    if run is not None:
        kind = NoticeKind.IMPORT_DONE if job.state == JobState.DONE else NoticeKind.IMPORT_FAILED
        at = job.finished_at or now()
        notify([job.by_id], kind, record_type="ledger_import", record_id=run.id, name=run.file_name, by=None, at=at)


def take_over(run: LedgerImport, content: bytes, by: Actor, progress: Progress) -> None:
    ledger = read_ledger(content, progress)
    with unit_of_work(write=True) as session:
        outcome = import_ledger(ledger, by=by, at=now(), dry_run=run.dry_run, progress=progress)
        run.outcome = outcome.as_data()
        session.merge(run)
