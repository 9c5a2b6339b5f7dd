"""Servers as processes of their own, and the processor time that they used."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CRM = "from crm.cli import main; main()"
ENOUGH = 0.12  # seconds of processor time that one measurement should take
FEWEST, MOST = 3, 250


@dataclass(frozen=True)
class Server:
    """A server that runs: where it listens, and whose time counts as its own."""

    port: int
    pid: int
    cookie: str = ""
    database: int | None = None

    def seconds(self) -> float:
        """Processor time used so far by the server, its workers and, where it has one, its database server."""
        return sum(used(one) for root in (self.pid, self.database) if root for one in (root, *children_of(root)))

    def ask(self, path: str, times: int = 1) -> int:
        """Open a page some times; returns its size."""
        return self.ask_each([path] * times)

    def ask_each(self, paths: Sequence[str]) -> int:
        """Open pages over one connection, as a browser does; returns the size of the last."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        size = 0
        for path in paths:
            connection.request("GET", path, headers={"Cookie": self.cookie} if self.cookie else {})
            answer = connection.getresponse()
            size = len(answer.read())
            if answer.status not in (200, 204):
                raise RuntimeError(f"{path} answers {answer.status}")
        connection.close()
        return size

    def cost(self, path: str, times: int) -> float:
        """Seconds of processor time that one request takes."""
        before = self.seconds()
        self.ask(path, times)
        return (self.seconds() - before) / times

    def enough(self, path: str) -> int:
        """How many requests make a measurement long enough to be trusted; warms the page up."""
        self.ask(path, 3)
        return int(min(MOST, max(FEWEST, ENOUGH / self.cost(path, 3))))


def used(pid: int) -> float:
    """Processor seconds of a process, to the nanosecond: Linux gives every process a clock of its own."""
    return time.clock_gettime((~pid << 3) | 2)


def children_of(pid: int) -> list[int]:
    return [int(one) for file in Path(f"/proc/{pid}/task").glob("*/children") for one in file.read_text().split()]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    arguments: list[str], environment: dict[str, str], log: Path, *, cookie: str = "", database: int | None = None
) -> Iterator[Server]:
    """Start a server with one worker and wait until it listens; it ends with the block."""
    port = free_port()
    environment = {**os.environ, **environment, "CRM_PORT": str(port), "CRM_WEB_WORKERS": "1"}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        server = Server(port, process.pid, cookie, database)
        wait_for(server, process, log)
        yield server
    finally:
        process.terminate()
        process.wait()


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):  # a busy machine takes its time
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)) == 0 and children_of(server.pid):
                return
        time.sleep(0.2)
    raise RuntimeError(f"the server does not start:\n{log.read_text()[-2000:]}")
