"""Work that outlives a request: one row per job, run by `crm worker`.

The row is written in the transaction that asks for the work and sent to the queue after the commit;
the worker sweeps up rows whose message was lost. A job runs in units of work of its own.
"""

from __future__ import annotations

import enum
import json
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
import structlog
from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message as TaskMessage
from huey.serializer import Serializer
from huey.storage import PostgresStorage
from sqlalchemy.orm import Mapped, mapped_column
from structlog.contextvars import bound_contextvars, get_contextvars

from crm.core.clock import now
from crm.core.db import Base, after_commit, db, text, unit_of_work
from crm.core.errors import Refusal
from crm.core.origin import coming_from
from crm.lib.text import N_, Message

LOST_AFTER = timedelta(seconds=20)
TAKEN_OVER_AFTER = timedelta(minutes=1)
BEAT = 10  # seconds
TRIES = 5  # of which a worker that is killed takes one
log = structlog.get_logger()


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


NOT_DONE = (JobState.FAILED, JobState.CANCELLED)


class Job(Base):
    """One piece of background work. `request_id`: the request that asked for it, as the log knows it.

    `result` and `refusal`: texts for people, as [text, {name: value}]; `error`: what broke, for the operator.
    """

    __tablename__ = "job"
    __table_args__ = (sa.Index(None, "state", "queued_at"),)

    kind: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    refusal: Mapped[list[Any]] = mapped_column(default=list)
    result: Mapped[list[Any]] = mapped_column(default=list)
    request_id: Mapped[str] = text(32)
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
        return self.state in (JobState.DONE, *NOT_DONE)


Progress = Callable[[int, int], None]
Handler = Callable[[int, Progress], Message | None]
HANDLERS: dict[str, Handler] = {}
Ending = Callable[[Job], None]
ENDINGS: dict[str, Ending] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind: `handler(record_id, progress)`; it may say what came of it."""

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
        self.is_held: Callable[[], bool] = bool  # True while no job may begin: the worker knows

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


class Pulse:
    """Repeats what the jobs of this process told of their progress, so that a job that takes long over one step is not
    taken for a dead worker's. One thread, begun with the first job; it ends with the process, however that ends.
    """

    def __init__(self) -> None:
        self.told: dict[int, tuple[int, int]] = {}
        self.thread: threading.Thread | None = None

    @contextmanager
    def of(self, job_id: int) -> Iterator[Progress]:
        """Inside, a job is in work: what it tells of its progress is told, again and again until it ends."""
        if self.thread is None:
            self.thread = threading.Thread(target=self.beat_forever, daemon=True)
            self.thread.start()
        self.tell(job_id, 0, 0)
        try:
            yield partial(self.tell, job_id)
        finally:
            del self.told[job_id]

    def tell(self, job_id: int, done: int, total: int) -> None:
        self.told[job_id] = done, total
        queue.tell_progress(job_id, done, total, now())

    def beat(self) -> None:
        """Tell once more how far every job is."""
        for job_id, (done, total) in list(self.told.items()):
            queue.tell_progress(job_id, done, total, now())

    def beat_forever(self) -> None:
        while True:
            time.sleep(BEAT)
            try:
                self.beat()
            except Exception:  # the queue may be away for a while
                log.exception("telling progress")


pulse = Pulse()


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey is untyped
    """Messages as JSON: nothing that comes out of the queue is ever unpickled."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data._asdict() if isinstance(data, TaskMessage) else data).encode()

    def _deserialize(self, data: bytes) -> Any:
        value = json.loads(data)
        return TaskMessage(**value) if isinstance(value, dict) else value


class CheckedStorage(PostgresStorage):  # type: ignore[misc]  # huey is untyped
    """Asks its connection whether it lives before it is used: a restart of the database costs nobody."""

    @property
    def conn(self) -> Any:
        with suppress(psycopg.OperationalError):  # which closes it, so that the next one is new
            super().conn.execute("")
        return super().conn


def open_huey(url: str) -> Huey:
    """A queue of the kind that the URL names: sqlite, postgresql or redis."""
    options: dict[str, Any] = {"name": "crm", "results": False, "serializer": JsonSerializer()}
    if url.startswith("sqlite:///"):
        return SqliteHuey(filename=url.removeprefix("sqlite:///"), fsync=True, timeout=15, **options)
    if url.startswith(("postgresql://", "postgres://")):
        return Huey(storage_class=CheckedStorage, dsn=url, **options)
    return RedisHuey(url=url, **options)


def enqueue(kind: str, record_id: int, *, by_id: int | None, at: datetime) -> Job:
    """Ask for work on a record; it starts once the caller's transaction is committed."""
    job = Job(kind=kind, record_id=record_id, by_id=by_id, queued_at=at)
    job.request_id = get_contextvars().get("request_id", "")
    session = db.session()
    session.add(job)
    session.flush()  # the message needs the id
    send_after_commit(job.id)
    return job


def send_after_commit(job_id: int) -> None:
    after_commit(db.session(), lambda: hand_over(job_id))


def hand_over(job_id: int) -> None:
    """Put a job into the queue; where that is away for a while, the sweep does it later."""
    try:
        queue.put(job_id)
    except Exception:  # what was asked for is committed, and must not look as if it were not
        log.exception("the queue is away", job=job_id)


def run_again(job: Job, *, at: datetime) -> None:
    """Let a job that did not end well be tried anew. Raises Refusal."""
    if job.state not in NOT_DONE:
        raise Refusal({"": N_("It did not fail: there is nothing to run again.")})
    job.state, job.tries, job.error, job.refusal, job.result = JobState.QUEUED, 0, "", [], []
    job.queued_at, job.started_at, job.finished_at = at, None, None
    send_after_commit(job.id)


def cancel(job: Job, *, at: datetime) -> None:
    """Take a job back that nobody has begun. Raises Refusal."""
    waiting = sa.select(Job.id).where(Job.id == job.id, Job.state == JobState.QUEUED)
    if db.session.scalar(waiting.with_for_update()) is None:
        raise Refusal({"": N_("It waits no longer: only what waits can be cancelled.")})
    end([job.id], state=JobState.CANCELLED, finished_at=at)


def run_job(job_id: int) -> None:
    """Do a job, once: claim it, run its handler, record how it ended. The log tells it with the request that asked."""
    claimed = claim(job_id)
    if claimed is None:
        return
    began = time.perf_counter()
    with bound_contextvars(request_id=claimed.request_id, job=job_id, kind=claimed.kind):
        try:
            with pulse.of(job_id) as progress, coming_from(f"crm worker: {claimed.kind}"):
                result = HANDLERS[claimed.kind](claimed.record_id, progress)
        except Refusal as refusal:
            state = finish(job_id, JobState.FAILED, refusal=plain(refusal.fields.values()))
        except Exception:  # the worker must outlive every job
            log.exception("job broke")
            state = finish(job_id, JobState.FAILED, error=traceback.format_exc())
        else:
            state = finish(job_id, JobState.DONE, result=plain([result] if result else []))
        log.info("job", state=state.value, tries=claimed.tries, ms=round((time.perf_counter() - began) * 1000))


def give_way(kind: str) -> None:
    """Do what waits, of other kinds: a job that takes minutes asks for it between its portions."""
    if queue.is_held():
        return
    with unit_of_work(write=False) as session:
        others = sa.select(Job.id).where(Job.state == JobState.QUEUED, Job.kind != kind)
        waiting = session.scalars(others.order_by(Job.queued_at, Job.id)).all()
    for job_id in waiting:
        run_job(job_id)


def plain(messages: Iterable[Message]) -> list[Any]:
    """Messages as JSON keeps them."""
    return [[message.text, plain_values(message)] for message in messages]


def plain_values(message: Message) -> dict[str, str | int]:
    return {name: value if isinstance(value, (str, int)) else str(value) for name, value in message.values}


class Claimed(NamedTuple):
    """A job that this process does now."""

    kind: str
    record_id: int
    request_id: str
    tries: int


def claim(job_id: int) -> Claimed | None:
    """Mark a waiting (or abandoned) job as running; None when somebody else has it or it is over."""
    moment = now()
    free = sa.or_(Job.state == JobState.QUEUED, abandoned(moment))
    with unit_of_work(write=True) as session:
        job = session.scalar(sa.select(Job).where(Job.id == job_id, free).with_for_update())
        if job is None or lives(job, moment):
            return None
        job.state, job.started_at, job.tries = JobState.RUNNING, moment, job.tries + 1
        return Claimed(job.kind, job.record_id, job.request_id, job.tries)


def abandoned(moment: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Job.state == JobState.RUNNING, Job.started_at < moment - TAKEN_OVER_AFTER)


def finish(job_id: int, state: JobState, **values: Any) -> JobState:
    with unit_of_work(write=True):
        end([job_id], state=state, finished_at=now(), **values)
    queue.forget_progress(job_id)
    return state


def end(job_ids: Sequence[int], **values: Any) -> None:
    """Write down how jobs ended, and do what their kinds do then."""
    ended = sa.update(Job).where(Job.id.in_(job_ids)).values(**values).returning(Job)
    for job in db.session.scalars(ended, execution_options={"populate_existing": True}).all():
        if job.kind in ENDINGS:
            ENDINGS[job.kind](job)


def give_back() -> int:
    """Let others do what this process has not finished and will not: it is about to end. Returns how many."""
    with unit_of_work(write=True) as session:
        mine = sa.update(Job).where(Job.id.in_(pulse.told), Job.state == JobState.RUNNING)
        waiting = mine.values(state=JobState.QUEUED, tries=Job.tries - 1, queued_at=now()).returning(Job.id)
        given = session.scalars(waiting).all()
    for job_id in given:
        queue.forget_progress(job_id)
        hand_over(job_id)
    return len(given)


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
        hand_over(job_id)
    return len(again)


def lives(job: Job, moment: datetime) -> bool:
    """True while a running job keeps telling its progress."""
    told = queue.progress_of(job.id) if job.state == JobState.RUNNING else None
    return told is not None and told.told_at > (moment - TAKEN_OVER_AFTER).timestamp()
