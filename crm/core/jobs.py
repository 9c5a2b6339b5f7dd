"""Work that outlives a request: one row per job, run by `crm worker`.

The row is written in the transaction that asks for the work and sent to the queue after the commit;
the worker sweeps up rows whose message was lost. A job runs in units of work of its own.
"""

from __future__ import annotations

import enum
import json
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message as TaskMessage
from huey.serializer import Serializer
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.clock import now
from crm.core.db import Base, after_commit, db, unit_of_work
from crm.core.errors import Refusal
from crm.lib.text import Message

LOST_AFTER = timedelta(seconds=20)
TAKEN_OVER_AFTER = timedelta(minutes=10)
TRIES = 3


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of background work."""

    __tablename__ = "job"
    __table_args__ = (sa.Index(None, "state", "queued_at"),)

    kind: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    refusal: Mapped[list[Any]] = mapped_column(default=list)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def percent(self) -> int:
        """Progress from 0 to 100."""
        if self.state == JobState.DONE:
            return 100
        progress = queue.progress_of(self.id)
        return min(99, 100 * progress.done // progress.total) if progress and progress.total else 0

    @property
    def is_over(self) -> bool:
        """True once nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED)


Progress = Callable[[int, int], None]
Handler = Callable[[int, Progress], None]
HANDLERS: dict[str, Handler] = {}
Ending = Callable[[Job], None]
ENDINGS: dict[str, Ending] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind: `handler(record_id, progress)`."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def when_over(kind: str) -> Callable[[Ending], Ending]:
    """Register what is done, in the same unit, when a job of this kind has ended, well or not: `ending(job)`."""

    def register(ending: Ending) -> Ending:
        ENDINGS[kind] = ending
        return ending

    return register


class Steps(NamedTuple):
    """How far a job is, in steps that the work defines, and when it said so (seconds since 1970)."""

    done: int
    total: int
    told_at: float


class Queue:
    """Where job numbers wait for a worker: huey on SQLite, PostgreSQL or Redis, chosen by the URL.

    Progress is kept here and not in the database: a job that holds SQLite's write lock can still tell it.
    """

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

    def tell_progress(self, job_id: int, done: int, total: int, at: datetime) -> None:
        """Let pages see how far a job is."""
        self.connected().put(f"progress-{job_id}", [done, total, at.timestamp()])

    def progress_of(self, job_id: int) -> Steps | None:
        """How far a job is, None when it told nothing."""
        told = self.connected().get(f"progress-{job_id}", peek=True)
        return Steps(*told) if told else None

    def forget_progress(self, job_id: int) -> None:
        """Drop what a finished job told."""
        self.connected().get(f"progress-{job_id}")


queue = Queue()


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey is untyped
    """Messages as JSON: nothing that comes out of the queue is ever unpickled."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data._asdict() if isinstance(data, TaskMessage) else data).encode()

    def _deserialize(self, data: bytes) -> Any:
        value = json.loads(data)
        return TaskMessage(**value) if isinstance(value, dict) else value


def open_huey(url: str) -> Huey:
    """A queue of the kind that the URL names: sqlite, postgresql or redis."""
    options: dict[str, Any] = {"name": "crm", "results": False, "serializer": JsonSerializer()}
    if url.startswith("sqlite:///"):
        return SqliteHuey(filename=url.removeprefix("sqlite:///"), fsync=True, timeout=15, **options)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey(dsn=url, **options)
    return RedisHuey(url=url, **options)


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
        HANDLERS[kind](record_id, lambda done, total: queue.tell_progress(job_id, done, total, now()))
    except Refusal as refusal:
        reasons = [[message.text, plain_values(message)] for message in refusal.fields.values()]
        finish(job_id, JobState.FAILED, refusal=reasons)
    except Exception:  # the worker must outlive every job
        finish(job_id, JobState.FAILED, error=traceback.format_exc())
    else:
        finish(job_id, JobState.DONE)


def plain_values(message: Message) -> dict[str, str | int]:
    return {name: value if isinstance(value, (str, int)) else str(value) for name, value in message.values}


def claim(job_id: int) -> tuple[str, int] | None:
    """Mark a waiting (or abandoned) job as running; None when somebody else has it or it is over."""
    moment = now()
    with unit_of_work(write=True) as session:
        taken = session.execute(
            sa.update(Job)
            .where(Job.id == job_id, sa.or_(Job.state == JobState.QUEUED, abandoned(moment)))
            .values(state=JobState.RUNNING, started_at=moment, tries=Job.tries + 1)
            .returning(Job.kind, Job.record_id)
        ).one_or_none()
    queue.tell_progress(job_id, 0, 0, moment)
    return (taken.kind, taken.record_id) if taken else None


def abandoned(moment: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Job.state == JobState.RUNNING, Job.started_at < moment - TAKEN_OVER_AFTER)


def finish(job_id: int, state: JobState, *, error: str = "", refusal: list[Any] | None = None) -> None:
    with unit_of_work(write=True):
        end([job_id], state=state, error=error, refusal=refusal or [], finished_at=now())
    queue.forget_progress(job_id)


def end(job_ids: Sequence[int], **values: Any) -> None:
    """Write down how jobs ended, and do what their kinds do then."""
    ended = sa.update(Job).where(Job.id.in_(job_ids)).values(**values).returning(Job)
    for job in db.session.scalars(ended, execution_options={"populate_existing": True}).all():
        if job.kind in ENDINGS:
            ENDINGS[job.kind](job)


def sweep() -> int:
    """Send again what waits without a message, and what a dead worker left; gives up after a few tries."""
    moment = now()
    lost = sa.or_(sa.and_(Job.state == JobState.QUEUED, Job.queued_at < moment - LOST_AFTER), abandoned(moment))
    with unit_of_work(write=True) as session:
        found = [job for job in session.scalars(sa.select(Job).where(lost)) if not lives(job, moment)]
        hopeless = [job.id for job in found if job.tries >= TRIES]
        end(hopeless, state=JobState.FAILED, error="gave up after several tries", finished_at=moment)
        again = [job.id for job in found if job.id not in hopeless]
    for job_id in again:
        queue.put(job_id)
    return len(again)


def lives(job: Job, moment: datetime) -> bool:
    """True while a running job keeps telling its progress."""
    told = queue.progress_of(job.id) if job.state == JobState.RUNNING else None
    return told is not None and told.told_at > (moment - TAKEN_OVER_AFTER).timestamp()
