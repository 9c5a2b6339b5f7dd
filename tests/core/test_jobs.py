"""Background jobs: sent after the commit, done once, their ends recorded."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core import jobs
from crm.core.clock import now
from crm.core.errors import Refusal
from crm.core.jobs import Job, JobState, Progress, enqueue, run_job, sweep
from crm.lib.text import N_
from tests.conftest import Work


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The records that a test job was run on."""
    records: list[int] = []

    def handle(record_id: int, progress: Progress) -> None:
        progress(1, 2)
        records.append(record_id)
        if record_id == 13:
            raise Refusal({"": N_("The file is gone.")})
        if record_id == 666:
            raise ZeroDivisionError

    monkeypatch.setitem(jobs.HANDLERS, "test", handle)
    while jobs.queue.connected().dequeue() is not None:
        pass
    return records


def waiting() -> list[int]:
    huey, numbers = jobs.queue.connected(), []
    while (task := huey.dequeue()) is not None:
        numbers.append(task.args[0])
    return numbers


def enqueued(work: Work, record_id: int) -> int:
    with work():
        return enqueue("test", record_id, by_id=None, at=now()).id


def state(work: Work, job_id: int) -> Job:
    with work() as session:
        return session.get_one(Job, job_id)


def test_a_job_is_sent_after_the_commit_and_done(work: Work, done: list[int]) -> None:
    job_id = enqueued(work, 7)
    assert waiting() == [job_id]
    with work():
        pass
    run(work, job_id)
    assert done == [7]
    job = state(work, job_id)
    assert (job.state, job.percent, job.is_over) == (JobState.DONE, 100, True)


def run(work: Work, job_id: int) -> None:
    from tests.support import world

    with world.app.app_context():
        run_job(job_id)


def test_a_job_of_a_transaction_that_rolled_back_is_never_sent(work: Work, done: list[int]) -> None:
    with suppress(ZeroDivisionError), work():
        enqueue("test", 7, by_id=None, at=now())
        raise ZeroDivisionError
    assert waiting() == []


def test_a_message_that_comes_twice_does_the_work_once(work: Work, done: list[int]) -> None:
    job_id = enqueued(work, 7)
    run(work, job_id)
    run(work, job_id)
    assert done == [7]


def test_a_refusal_is_kept_for_the_reader_and_a_crash_for_the_log(work: Work, done: list[int]) -> None:
    refused, crashed = enqueued(work, 13), enqueued(work, 666)
    run(work, refused)
    run(work, crashed)
    assert state(work, refused).refusal == [["The file is gone.", {}]]
    assert state(work, crashed).state == JobState.FAILED
    assert "ZeroDivisionError" in state(work, crashed).error


def test_a_lost_message_is_sent_again(work: Work, done: list[int]) -> None:
    job_id = enqueued(work, 7)
    waiting()
    age(work, job_id, queued_at=now() - timedelta(minutes=1))
    swept(work)
    assert waiting() == [job_id]


def test_a_job_of_a_dead_worker_is_taken_over_but_not_for_ever(work: Work, done: list[int]) -> None:
    job_id = enqueued(work, 7)
    waiting()
    stale = now() - timedelta(hours=1)
    age(work, job_id, state=JobState.RUNNING, started_at=stale, tries=1)
    swept(work)
    assert waiting() == [job_id]
    run(work, job_id)
    assert done == [7]
    age(work, job_id, state=JobState.RUNNING, started_at=stale, tries=jobs.TRIES)
    swept(work)
    assert waiting() == []
    assert state(work, job_id).state == JobState.FAILED


def test_a_job_that_still_tells_its_progress_is_left_alone(work: Work, done: list[int]) -> None:
    job_id = enqueued(work, 7)
    waiting()
    age(work, job_id, state=JobState.RUNNING, started_at=now() - timedelta(hours=1), tries=1)
    jobs.queue.tell_progress(job_id, 3, 4, now())
    assert state(work, job_id).percent == 75
    swept(work)
    assert waiting() == []


def test_a_second_message_for_a_job_in_work_does_nothing_and_leaves_its_progress(work: Work, done: list[int]) -> None:
    job_id = enqueued(work, 7)
    age(work, job_id, state=JobState.RUNNING, started_at=now() - timedelta(hours=1), tries=1)
    jobs.queue.tell_progress(job_id, 3, 4, now())
    run(work, job_id)
    assert done == []
    assert (state(work, job_id).tries, state(work, job_id).percent) == (1, 75)


def test_the_pulse_keeps_a_job_alive_that_says_nothing_and_ends_with_it(
    work: Work, done: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bool] = []

    def handle_slowly(record_id: int, progress: Progress) -> None:
        progress(1, 2)
        jobs.queue.tell_progress(job_id, 1, 2, now() - timedelta(hours=1))
        jobs.pulse.beat()
        told = jobs.queue.progress_of(job_id)
        assert told is not None
        heard.append(told.told_at > (now() - timedelta(minutes=1)).timestamp())

    monkeypatch.setitem(jobs.HANDLERS, "test", handle_slowly)
    job_id = enqueued(work, 7)
    run(work, job_id)
    jobs.pulse.beat()
    assert heard == [True]
    assert jobs.queue.progress_of(job_id) is None


def age(work: Work, job_id: int, **values: object) -> None:
    with work() as session:
        session.execute(sa.update(Job).where(Job.id == job_id).values(**values))


def swept(work: Work) -> None:
    from tests.support import world

    with world.app.app_context():
        sweep()
