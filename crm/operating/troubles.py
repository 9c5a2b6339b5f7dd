"""What went wrong with the installation, told to administrators once each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zlib import crc32

import sqlalchemy as sa

from crm.core.db import db, unit_of_work
from crm.core.jobs import Job, JobState
from crm.core.outbox import Mail, MailState
from crm.lib.text import Message
from crm.notifications.actions import tell_administrators
from crm.notifications.models import NoticeKind
from crm.notifications.queries import was_told
from crm.operating.vocabulary import KINDS

BACKUP = "backup"  # the kind of job, whose record is the number of a day
LATE_AFTER = timedelta(hours=3)
LOOKED_BACK = timedelta(days=7)  # to what ended before that nobody is called any more
Trouble = tuple[NoticeKind, str, int, str, str]  # with the record's type and id, a name and a note


def tell_troubles(at: datetime) -> None:
    """Tell of jobs that broke for good, backups that failed or are late, and letters that were given up."""
    with unit_of_work(write=False):
        found = [*broken_jobs(at), *late_backups(at), *dead_letters()]
    if found:
        with unit_of_work(write=True):
            for trouble in found:
                tell_administrators(*trouble, at=at)


def tell_broken_history(faults: Sequence[str], at: datetime) -> None:
    """Tell that the chain of the history does not hold: once for the same faults."""
    number = crc32("\n".join(faults).encode())
    with unit_of_work(write=True) as session:
        if not session.scalar(sa.select(was_told([NoticeKind.HISTORY_BROKEN], "history", number))):
            tell_administrators(NoticeKind.HISTORY_BROKEN, "history", number, note=faults[0], at=at)


def broken_jobs(at: datetime) -> Iterator[Trouble]:
    """What was refused in words is no trouble of the installation: whoever asked for it is told why."""
    kinds = [NoticeKind.JOB_BROKE, NoticeKind.BACKUP_FAILED]
    broke = sa.and_(Job.state == JobState.FAILED, Job.error != "", Job.queued_at > at - LOOKED_BACK)
    untold = sa.not_(was_told(kinds, "job", Job.id, Job.finished_at))
    for job in db.session.scalars(sa.select(Job).where(broke, untold).order_by(Job.id)):
        reason = job.error.strip().rpartition("\n")[2]
        if job.kind == BACKUP:
            yield NoticeKind.BACKUP_FAILED, "job", job.id, day_of_backup(job), reason
        else:
            yield NoticeKind.JOB_BROKE, "job", job.id, KINDS.get(job.kind, Message(job.kind)).text, reason


def late_backups(at: datetime) -> Iterator[Trouble]:
    waiting = sa.and_(Job.kind == BACKUP, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    untold = sa.not_(was_told([NoticeKind.BACKUP_LATE], "job", Job.id, Job.queued_at))
    late = sa.select(Job).where(waiting, Job.queued_at < at - LATE_AFTER, untold)
    for job in db.session.scalars(late.order_by(Job.id)):
        yield NoticeKind.BACKUP_LATE, "job", job.id, day_of_backup(job), ""


def dead_letters() -> Iterator[Trouble]:
    untold = sa.not_(was_told([NoticeKind.MAIL_DEAD], "mail", Mail.id))
    for letter in db.session.scalars(sa.select(Mail).where(Mail.state == MailState.DEAD, untold).order_by(Mail.id)):
        yield NoticeKind.MAIL_DEAD, "mail", letter.id, letter.subject, letter.error


def day_of_backup(job: Job) -> str:
    return date.fromordinal(job.record_id).isoformat()
