"""What operators do with jobs, mails and maintenance, and how job processes say that they live."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.audit import actions as audit
from crm.audit.actions import Who
from crm.core import jobs, outbox
from crm.core.db import db, insert_into
from crm.core.jobs import Job
from crm.core.outbox import Mail
from crm.operating.models import Worker
from crm.settings.actions import draw_stamp
from crm.settings.models import Platform

FORGOTTEN_AFTER = timedelta(days=1)
PLATFORM = "平台"  # in the history, while nobody named it


def run_again(job: Job, *, by: Who, at: datetime) -> None:
    """Let a job that did not end well be tried anew. Raises Refusal."""
    jobs.run_again(job, at=at)
    audit.record(job, "ran_again", by=by, at=at, name=name_of(job))


def cancel(job: Job, *, by: Who, at: datetime) -> None:
    """Take a job back that nobody has begun. Raises Refusal."""
    jobs.cancel(job, at=at)
    audit.record(job, "cancelled", by=by, at=at, name=name_of(job))


def name_of(job: Job) -> str:
    return f"{job.kind} {job.id}"


def send_again(mail: Mail, *, by: Who, at: datetime) -> None:
    """Let a mail that was given up be tried anew. Raises Refusal."""
    outbox.send_again(mail, at=at)
    audit.record(mail, "sent_again", by=by, at=at, name=mail.subject)


def drop(mail: Mail, *, by: Who, at: datetime) -> None:
    """Never send a mail; its text goes. Raises Refusal."""
    outbox.drop(mail)
    audit.record(mail, "dropped", by=by, at=at, name=mail.subject)


def announce_maintenance(platform: Platform, begins_at: datetime, note: str, *, by: Who, at: datetime) -> None:
    """From a moment on nobody but administrators changes anything; pages say so at once."""
    change_maintenance(platform, begins_at, note, by=by, at=at)


def end_maintenance(platform: Platform, *, by: Who, at: datetime) -> None:
    """Everybody works again."""
    change_maintenance(platform, None, "", by=by, at=at)


def change_maintenance(platform: Platform, begins_at: datetime | None, note: str, *, by: Who, at: datetime) -> None:
    with db.session.no_autoflush:
        platform.maintenance_at, platform.maintenance_note = begins_at, note
        audit.record_change(platform, by=by, at=at, name=platform.name_zh or PLATFORM)
    draw_stamp()


def beat(name: str, *, at: datetime) -> None:
    """Write down that a job process lives, and forget those that were not heard of for a day."""
    told = insert_into(Worker).values(name=name, started_at=at, seen_at=at)
    db.session.execute(told.on_conflict_do_update(index_elements=("name",), set_={"seen_at": at}))
    db.session.execute(sa.delete(Worker).where(Worker.seen_at < at - FORGOTTEN_AFTER))


def leave(name: str) -> None:
    """A job process ends as it should."""
    db.session.execute(sa.delete(Worker).where(Worker.name == name))
