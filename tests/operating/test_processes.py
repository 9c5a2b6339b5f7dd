"""Real processes: several of them measured as one, slow clients, and stops that lose nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from crm.core.clock import now
from crm.core.jobs import Job, JobState, enqueue
from tests.conftest import Work

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-sixteen-or-more"
UPLOAD = b"username=lin&password=three+unrelated+words"
WORKER = """
import time
from crm.cli import main, worker
from crm.core.jobs import handles
worker.GRACE, worker.look_around = {grace}, lambda: None

@handles("test")
def handle(seconds, progress):
    print("begun", flush=True)
    time.sleep(seconds)
    print("ended", flush=True)

main(["worker"])
"""


@pytest.fixture
def server(app: Flask) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`crm serve` with two processes on the database of the tests, and its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    told = {"CRM_PORT": str(port), "CRM_METRICS_TOKEN": TOKEN, "CRM_WEB_WORKERS": "2"}
    crm = str(Path(sys.executable).with_name("crm"))
    with subprocess.Popen([crm, "serve"], cwd=ROOT, env=os.environ | told, stdout=subprocess.DEVNULL) as process:
        end = time.monotonic() + 60
        while not answers(port):
            assert time.monotonic() < end
            time.sleep(0.1)
        yield process, port
        process.kill()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def answers(port: int) -> bool:
    try:
        return bool(read(port, "/healthz"))
    except OSError:
        return False


def read(port: int, path: str) -> str:
    asked = Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(asked, timeout=10) as answer:  # noqa: S310
        return str(answer.read().decode())


def half_an_upload(port: int) -> socket.socket:
    """A request of which the second half of the body is still to come."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    head = f"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(UPLOAD)}\r\n"
    connection.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode() + UPLOAD[:10])
    time.sleep(0.5)
    return connection


def test_a_server_measures_all_its_processes_outlives_slow_clients_and_stops_gracefully(
    server: tuple[subprocess.Popen[bytes], int], work: Work, stack: ExitStack
) -> None:
    process, port = server
    before = healthy(port)
    for _ in range(10):
        read(port, "/healthz")
    assert healthy(port) == before + 10

    process.send_signal(signal.SIGHUP)  # each process is replaced by another one
    time.sleep(3)
    assert healthy(port) == before + 10, "those that end leave behind what they counted"

    slow = [stack.enter_context(half_an_upload(port)) for _ in range(3)]
    began = time.monotonic()
    with work():  # a body that does not come holds no lock
        enqueue("test", 0, by_id=None, at=now())
    assert read(port, "/healthz")
    assert time.monotonic() - began < 3

    process.send_signal(signal.SIGTERM)
    end = time.monotonic() + 10
    while answers(port):
        assert time.monotonic() < end, "nobody new is let in"
        time.sleep(0.2)
    for connection in slow:
        connection.sendall(UPLOAD[10:])
        assert connection.recv(20).startswith(b"HTTP/1.1 400"), "it has no token of the form, and was answered"
    assert process.wait(timeout=20) == 0


def healthy(port: int) -> float:
    """How many requests for /healthz were counted, by all processes."""
    lines = [line for line in read(port, "/metrics").splitlines() if 'endpoint="operating.show_health"' in line]
    return sum(float(line.split()[-1]) for line in lines if line.startswith("crm_request_seconds_count"))


@pytest.mark.parametrize(
    ("grace", "seconds", "state"),
    [(20, 2, JobState.DONE), (0.5, 60, JobState.QUEUED)],
    ids=["finishes its job", "gives back a long one"],
)
def test_a_worker_that_is_stopped_loses_no_job(work: Work, grace: float, seconds: int, state: JobState) -> None:
    with work():
        job_id = enqueue("test", seconds, by_id=None, at=now()).id
    command = [sys.executable, "-c", WORKER.format(grace=grace)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"Worker ready.\n"
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == (b"ended\n" if state == JobState.DONE else b"")
        assert process.wait(timeout=20) == 0
    with work() as session:
        job = session.get_one(Job, job_id)
        assert (job.state, job.tries) == (state, int(state == JobState.DONE))
