"""What Prometheus reads of the installation as a whole: the same from every machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily as Gauge
from sqlalchemy.exc import SQLAlchemyError

from crm.accounts.models import SignInSession
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import Job, JobState, queue
from crm.core.outbox import Mail, MailState
from crm.operating import queries
from crm.operating.maintenance import is_maintained

COUNT = sa.func.count()


class Installation:
    """A collector of Prometheus. It is asked inside a reading unit of work."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def collect(self) -> Iterator[Gauge]:
        """All figures; without a database those that need none."""
        usage = shutil.disk_usage(self.data_dir)
        yield Gauge("crm_disk_free_bytes", "Room beside the data dir.", usage.free)
        yield Gauge("crm_disk_size_bytes", "Size of the disk of the data dir.", usage.total)
        try:
            found = list(from_database(now()))
        except SQLAlchemyError:
            found = []
        yield Gauge("crm_database_up", "1 while the database answers.", int(bool(found)))
        yield from found


def from_database(moment: datetime) -> Iterator[Gauge]:
    """Jobs, mails, sessions, workers."""
    jobs = Gauge("crm_jobs", "Background jobs.", labels=("kind", "state"))
    for kind, state, number in db.session.execute(sa.select(Job.kind, Job.state, COUNT).group_by(Job.kind, Job.state)):
        jobs.add_metric((kind, state.value), number)
    mails = Gauge("crm_mails", "Letters of the outbox.", labels=("state",))
    for mail_state, number in queries.count_mails().items():
        mails.add_metric((mail_state.value,), number)
    yield from (jobs, mails)
    waiting = {
        "crm_jobs_oldest_waiting_seconds": (Job.queued_at, Job.state == JobState.QUEUED),
        "crm_mails_oldest_waiting_seconds": (Mail.written_at, Mail.state == MailState.WAITING),
    }
    for name, (since, waits) in waiting.items():
        oldest = db.session.scalar(sa.select(sa.func.min(since)).where(waits))
        yield Gauge(name, "For how long the oldest has waited.", (moment - oldest).total_seconds() if oldest else 0)
    yield Gauge("crm_queue_messages", "Messages that no worker has taken.", queue.connected().pending_count())
    yield Gauge("crm_workers", "Job processes that live.", queries.count_living(moment))
    sessions = db.session.scalar(sa.select(COUNT).select_from(SignInSession))
    yield Gauge("crm_sessions", "Sign-in sessions that nobody ended.", sessions)
    yield Gauge("crm_maintenance", "1 while nobody changes anything.", int(is_maintained()))
    yield Gauge("crm_database_bytes", "Size of the database.", db.session.scalar(size_of(db.session.get_bind())))


def size_of(bind: sa.Engine | sa.Connection) -> sa.TextClause:
    if bind.dialect.name == "postgresql":
        return sa.text("SELECT pg_database_size(current_database())")
    return sa.text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
