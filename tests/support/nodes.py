"""The program as an operator runs it: nodes as processes of their own, killed and started again, and a client as
patient as a proxy."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from tests.bench.servers import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 90  # seconds that a busy machine may take to start a node
GONE = (ConnectionError, http.client.RemoteDisconnected, http.client.IncompleteRead)


class Node:
    """One `crm …` process with the processes that it starts."""

    def __init__(self, script: str, environment: dict[str, str], log: Path) -> None:
        self.script, self.log, self.lives = script, log, 0
        self.port = free_port()
        self.environment = {**os.environ, **environment, "CRM_PORT": str(self.port)}
        self.passed: tuple[int, ...] = ()  # what it gets that was opened before
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.lives += 1
        told = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", self.code()],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.passed,
            )
        end = time.monotonic() + PATIENCE
        while not self.is_ready(told):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"a node does not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def code(self) -> str:
        """What its Python runs."""
        return self.script

    def is_ready(self, told: int) -> bool:
        """True once it does its work; `told`: how long its log was before."""
        return b"Worker ready." in self.log.read_bytes()[told:]

    def stop(self) -> None:
        """End it as an operator does: what it has begun it ends."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0
        self.process = None

    def kill(self) -> None:
        """End it at once with all its processes, as a machine does that loses its power."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


class WebNode(Node):
    """A node that serves pages."""

    def is_ready(self, told: int) -> bool:
        try:
            return ask(self.port, "GET", "/healthz").status == 200
        except OSError:
            return False


class HeldNode(WebNode):
    """A node whose port is kept open while it is away, as `crm-web.socket` does: requests wait for its return."""

    TAKE = "import os; os.dup2({fd}, 3); os.environ |= {{'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '1'}}\n"

    def __init__(self, script: str, environment: dict[str, str], log: Path) -> None:
        super().__init__(script, environment, log)
        self.socket = socket.create_server(("127.0.0.1", self.port), backlog=512)
        self.passed = (self.socket.fileno(),)

    def kill(self) -> None:
        super().kill()
        self.socket.close()

    def code(self) -> str:
        return self.TAKE.format(fd=self.socket.fileno()) + self.script


class Answer(NamedTuple):
    """What a node said."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.content.decode()


def ask(port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """One request over a connection of its own. Raises ConnectionError and its like."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2 * PATIENCE)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


class Client:
    """A person behind a proxy: requests go to the nodes in turn; one that is gone is passed over.

    As a proxy does, it repeats by itself what only reads, and what no node took. A form whose node died under it is
    sent once more by the person, as it stands.
    """

    def __init__(self, ports: list[int]) -> None:
        self.ports, self.turn = ports, cycle(ports)
        self.cookies: dict[str, str] = {}
        self.passed_over = 0
        self.errors: list[tuple[int, str]] = []  # pages that said that something went wrong with us, and their paths

    def open(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """The answer of the first node that gives one."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Accept-Language": "en", "Cookie": cookie} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        for _ in range(600):
            try:
                answer = ask(next(self.turn), method, path, body, headers)
            except GONE:
                self.passed_over += 1
                time.sleep(0.1)
                continue
            if answer.status >= 500:
                self.errors.append((answer.status, path))
            for line in answer.headers.get_all("Set-Cookie") or ():
                self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
            return answer
        raise AssertionError(f"nobody answers {method} {path}")

    def get(self, path: str) -> Answer:
        """A page, or a file."""
        return self.open("GET", path)

    def post(self, path: str, fields: dict[str, str], **files: tuple[str, bytes]) -> Answer:
        """Send a form."""
        if not files:
            return self.open("POST", path, urlencode(fields).encode(), Content_Type="application/x-www-form-urlencoded")
        boundary = uuid4().hex
        body = b"".join(multipart(boundary, fields, files)) + f"--{boundary}--\r\n".encode()
        return self.open("POST", path, body, Content_Type=f"multipart/form-data; boundary={boundary}")

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's forms: its token, its key."""
        page = self.get(path)
        assert page.status == 200, (path, page.status)
        return dict(re.findall(r'<input[^>]*name="(csrf_token|form_key|version)"[^>]*value="([^"]*)"', page.text))


def multipart(boundary: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> Iterator[bytes]:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    for name, value in fields.items():
        yield f'{head}{name}"\r\n\r\n{value}\r\n'.encode()
    for name, (file_name, content) in files.items():
        yield f'{head}{name}"; filename="{file_name}"\r\n\r\n'.encode() + content + b"\r\n"
