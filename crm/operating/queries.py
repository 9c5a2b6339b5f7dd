"""Reading jobs, mails, and the processes that do them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.core.db import db
from crm.core.jobs import Job, JobState, lives
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.core.outbox import Mail, MailState
from crm.operating.models import Worker
from crm.operating.policies import may_operate

SILENT_AFTER = timedelta(minutes=1)
NEWEST_FIRST = Sort(Job.id, descending=True)
LAST_MAIL_FIRST = Sort(Mail.id, descending=True)
JOBS = sa.select(Job)
MAILS = sa.select(Mail)


@dataclass(frozen=True)
class JobFilter:
    """Which jobs a list shows; None: all."""

    state: JobState | None = None
    kind: str | None = None


def find_job(actor: Actor, job_id: int) -> Job | None:
    """A job, for those who look after them."""
    return db.session.get(Job, job_id) if may_operate(actor) else None


def find_mail(actor: Actor, mail_id: int) -> Mail | None:
    """A mail, for those who look after them."""
    return db.session.get(Mail, mail_id) if may_operate(actor) else None


def jobs_page(wanted: JobFilter, place: Place) -> Slice:
    """The newest jobs."""
    statement = JOBS if wanted.state is None else JOBS.where(Job.state == wanted.state)
    statement = statement if wanted.kind is None else statement.where(Job.kind == wanted.kind)
    return slice_of(statement, Job.id, {"newest": NEWEST_FIRST}, place)


def mails_page(state: MailState | None, place: Place) -> Slice:
    """The newest mails."""
    statement = MAILS if state is None else MAILS.where(Mail.state == state)
    return slice_of(statement, Mail.id, {"newest": LAST_MAIL_FIRST}, place)


def kinds() -> Sequence[str]:
    """Every kind of job that there was."""
    return db.session.scalars(sa.select(Job.kind).distinct().order_by(Job.kind)).all()


def names_of(jobs: Sequence[Job]) -> Mapping[int, str]:
    """Who asked for jobs, {account id: name}."""
    asked = {job.by_id for job in jobs if job.by_id}
    rows = db.session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(asked))) if asked else ()
    return {row.id: row.name for row in rows}


def stuck_among(jobs: Sequence[Job], at: datetime) -> frozenset[int]:
    """Those in work of which nothing is heard: their process is gone, and another one takes them over."""
    return frozenset(
        job.id
        for job in jobs
        if job.state == JobState.RUNNING
        and job.started_at is not None
        and job.started_at < at - SILENT_AFTER
        and not lives(job, at)
    )


def count_jobs() -> Mapping[JobState, int]:
    """How many jobs are in each state."""
    return dict(db.session.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state)).all())


def count_mails() -> Mapping[MailState, int]:
    """How many mails are in each state."""
    return dict(db.session.execute(sa.select(Mail.state, sa.func.count()).group_by(Mail.state)).all())


def workers() -> Sequence[Worker]:
    """The job processes, those that were heard of last first."""
    return db.session.scalars(sa.select(Worker).order_by(Worker.seen_at.desc(), Worker.name)).all()


def count_living(at: datetime) -> int:
    """How many job processes were heard of within the last minute."""
    living = sa.select(sa.func.count()).select_from(Worker).where(Worker.seen_at > at - SILENT_AFTER)
    return db.session.scalar(living) or 0
