"""Work that outlives a request: one row per job, run by `crm worker`.

The row is written in the transaction that asks for the work and sent to the queue after the commit;
the worker sweeps up rows whose message was lost. A job runs in units of work of its own.
"""

from __future__ import annotations

import enum
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from huey import Huey, SqliteHuey
from huey.serializer import Serializer
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.clock import now
from crm.core.db import Base, after_commit, db, unit_of_work
from crm.core.errors import Refusal

LOST_AFTER = timedelta(seconds=20)
TAKEN_OVER_AFTER = timedelta(minutes=10)
TRIES = 3


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of background work. `done` of `total` is its progress, in steps that the work defines."""

    __tablename__ = "job"
    __table_args__ = (sa.Index(None, "state", "queued_at"),)

    kind: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    refusal: Mapped[list[Any]] = mapped_column(default=list)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    queued_at: Mapped[datetime]
    beat_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def percent(self) -> int:
        """Progress from 0 to 100."""
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        """True once nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED)


Progress = Callable[[int, int], None]
Handler = Callable[[int, Progress], None]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind: `handler(record_id, progress)`."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


class Queue:
    """Where job numbers wait for a worker: huey on SQLite, PostgreSQL or Redis, chosen by the URL."""

    def __init__(self) -> None:
        self.huey: Huey | None = None

    def connect(self, url: str) -> None:
        """Open the queue; the URL's scheme decides which kind."""
        self.huey = open_huey(url)
        self.send = self.huey.task(name="run_job")(run_job)

    def connected(self) -> Huey:
        """The queue itself, for the worker."""
        if self.huey is None:
            raise RuntimeError("the queue is not connected")
        return self.huey

    def put(self, job_id: int) -> None:
        """Hand a job's number to the workers."""
        self.send(job_id)


queue = Queue()


class NumbersOnly(Serializer):  # type: ignore[misc]  # huey is untyped
    """Messages as JSON with numbers and names only: nothing that comes out of the queue is ever unpickled."""

    def _serialize(self, data: Any) -> bytes:
        import json

        return json.dumps(data, default=str).encode()

    def _deserialize(self, data: bytes) -> Any:
        import json

        return json.loads(data)


def open_huey(url: str) -> Huey:
    """A huey of the kind that the URL names."""
    if url.startswith("sqlite:///"):
        return SqliteHuey("crm", filename=url.removeprefix("sqlite:///"), results=False, fsync=True)
    if url.startswith("redis"):
        from huey import RedisHuey

        return RedisHuey("crm", url=url, results=False)
    from huey.contrib.sql_huey import SqlHuey

    return SqlHuey("crm", database=url, results=False)


def enqueue(kind: str, record_id: int, *, by_id: int | None, at: datetime) -> Job:
    """Ask for work on a record; it starts once the caller's transaction is committed."""
    job = Job(kind=kind, record_id=record_id, by_id=by_id, queued_at=at)
    session = db.session()
    session.add(job)
    session.flush()  # the message needs the id
    job_id = job.id
    after_commit(session, lambda: queue.put(job_id))
    return job


def run_job(job_id: int) -> None:
    """Do a job, once: claim it, run its handler, record how it ended."""
    claimed = claim(job_id)
    if claimed is None:
        return
    kind, record_id = claimed
    try:
        HANDLERS[kind](record_id, lambda done, total: report_progress(job_id, done, total))
    except Refusal as refusal:
        reasons = [[message.text, dict(message.values)] for message in refusal.fields.values()]
        finish(job_id, JobState.FAILED, refusal=reasons)
    except Exception:  # the worker must outlive every job
        finish(job_id, JobState.FAILED, error=traceback.format_exc())
    else:
        finish(job_id, JobState.DONE)


def claim(job_id: int) -> tuple[str, int] | None:
    """Mark a waiting (or abandoned) job as running; None when somebody else has it or it is over."""
    moment = now()
    waiting = sa.or_(
        Job.state == JobState.QUEUED,
        sa.and_(Job.state == JobState.RUNNING, Job.beat_at < moment - TAKEN_OVER_AFTER),
    )
    with unit_of_work(write=True) as session:
        taken = session.execute(
            sa.update(Job)
            .where(Job.id == job_id, waiting)
            .values(state=JobState.RUNNING, beat_at=moment, tries=Job.tries + 1)
            .returning(Job.kind, Job.record_id)
        ).one_or_none()
        return (taken.kind, taken.record_id) if taken else None


def report_progress(job_id: int, done: int, total: int) -> None:
    """Tell the page how far the job is."""
    with unit_of_work(write=True) as session:
        session.execute(sa.update(Job).where(Job.id == job_id).values(done=done, total=total, beat_at=now()))


def finish(job_id: int, state: JobState, *, error: str = "", refusal: list[Any] | None = None) -> None:
    with unit_of_work(write=True) as session:
        session.execute(
            sa.update(Job)
            .where(Job.id == job_id)
            .values(state=state, error=error, refusal=refusal or [], finished_at=now())
        )


def sweep() -> int:
    """Send again what waits without a message, and what a dead worker left; gives up after a few tries."""
    moment = now()
    lost = sa.or_(
        sa.and_(Job.state == JobState.QUEUED, Job.queued_at < moment - LOST_AFTER),
        sa.and_(Job.state == JobState.RUNNING, Job.beat_at < moment - TAKEN_OVER_AFTER),
    )
    with unit_of_work(write=True) as session:
        session.execute(
            sa.update(Job)
            .where(lost, Job.tries >= TRIES)
            .values(state=JobState.FAILED, error="gave up after several tries", finished_at=moment)
        )
        ids = list(session.scalars(sa.select(Job.id).where(lost)))
    for job_id in ids:
        queue.put(job_id)
    return len(ids)


def find_job(job_id: int) -> Job | None:
    return db.session.get(Job, job_id)
