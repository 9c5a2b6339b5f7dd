"""Renders, and draws what was rendered, in a child process that stays warm, within limits of its own: what hangs or
swells there harms nobody else.

The child reads documents, each with its data, from its standard input and answers on its standard output: a line of
JSON that says how many bytes follow, then these. It ends when its parent does. `python -m crm.reports.renderer` is it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import resource
import subprocess
import sys
import threading
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import IO, Any

from crm.core.errors import Refusal
from crm.lib import memory
from crm.lib.text import N_, Message
from crm.reports import pdf
from crm.reports.pdf import Pdf
from crm.reports.pictures import draw_pages

MEMORY = 2 * 1024**3
SECONDS = 240  # of computing, a document
WAIT = 300  # seconds until a child that neither computes nor answers is ended
LARGEST = 40 * 1024**2  # characters of a document: more is no report
DOCUMENTS = 50  # that a child renders before a fresh one takes its place: each leaves it some 100 KB larger


class Renderer:
    """One child process, started with the first document and again after it died."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.folder: TemporaryDirectory[str] | None = None
        self.lock = threading.Lock()
        self.rendered = 0

    def prepare(self) -> None:
        """Let a child warm up while its first document is still being written."""
        with self.lock:
            self.warm_child()

    def render(self, html: str, data: bytes = b"") -> Pdf:
        """The PDF of a document with its data. Raises Refusal when it is too large, or the machine lacks a library."""
        if len(html) > LARGEST:
            raise too_large()
        head, content = self.ask(html, data)
        self.rendered += 1
        return Pdf(content, head["pages"])

    def draw(self, document: bytes) -> list[bytes]:
        """The first pages of a PDF of ours as pictures. Raises Refusal when it is too large."""
        head, content = self.ask("", document)
        ends = list(accumulate(head["sizes"], initial=0))
        return [content[first:last] for first, last in pairwise(ends)]

    def ask(self, html: str, data: bytes) -> tuple[dict[str, Any], bytes]:
        """What the child makes of a document and its data, or, without a document, of a PDF."""
        with self.lock:
            try:
                head, content = in_time(self.warm_child(), html, data)
            except (OSError, ValueError):
                self.close()
                raise too_large() from None
        if head["kind"] == "refused":
            raise Refusal({"": Message(head["text"], tuple((name, value) for name, value in head["values"]))})
        if head["kind"] == "large":
            raise too_large()
        if head["kind"] == "failed":
            raise RuntimeError(content.decode())
        return head, content

    def warm_child(self) -> subprocess.Popen[bytes]:
        if self.child is None or self.child.poll() is not None or self.rendered >= DOCUMENTS:
            self.close()
            self.rendered = 0
            self.folder = TemporaryDirectory(prefix="crm-pdf-")  # the child's copy of the fonts, 45 MB
            self.child = subprocess.Popen(
                [sys.executable, "-P", "-m", "crm.reports.renderer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"TMPDIR": self.folder.name},
            )
        return self.child

    def close(self) -> None:
        """End the child and remove what it leaves behind."""
        if self.child is not None:
            self.child.kill()
            self.child.communicate()
            self.child = None
        if self.folder is not None:
            self.folder.cleanup()
            self.folder = None


renderer = Renderer()
atexit.register(renderer.close)


def too_large() -> Refusal:
    """Why a child died: nearly always for want of memory or time."""
    return Refusal({"": N_("The report was stopped: it is too large. Choose a shorter period, or try again.")})


def in_time(child: subprocess.Popen[bytes], html: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the child answers; a child that takes too long is ended, which raises ValueError."""
    watch = threading.Timer(WAIT, child.kill)
    watch.start()
    try:
        return exchange(child, html, data)
    finally:
        watch.cancel()


def exchange(child: subprocess.Popen[bytes], html: str, data: bytes = b"") -> tuple[dict[str, Any], bytes]:
    if child.stdin is None or child.stdout is None:
        raise ValueError("a child without pipes")
    send(child.stdin, {"data": len(data)}, data + html.encode())
    return receive(child.stdout)


def send(pipe: IO[bytes], head: dict[str, Any], content: bytes) -> None:
    pipe.write(json.dumps(head | {"size": len(content)}).encode() + b"\n" + content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """What came next. Raises ValueError when the other side is gone."""
    head: dict[str, Any] = json.loads(pipe.readline())
    content = pipe.read(head["size"])
    if len(content) < head["size"]:
        raise ValueError("cut short")
    return head, content


def serve() -> None:
    """The child: render until the parent is gone. What libraries print must not mix with the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit(resource.RLIMIT_AS, MEMORY)
    get_ready()
    with contextlib.suppress(ValueError, BrokenPipeError):
        while True:
            head, content = receive(sys.stdin.buffer)
            used = resource.getrusage(resource.RUSAGE_SELF)
            limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + SECONDS)
            send(answers, *answer(content[head["data"] :].decode(), content[: head["data"]]))
            content = b""
            memory.release()


def get_ready() -> None:
    """What a process does before its first document. Documents are made without a look for what Python could let go
    of, which takes a fifth of a long one's time: they keep nearly all until they are written, and then all of it goes.
    """
    with contextlib.suppress(Refusal):  # the first document will tell
        pdf.warm_press()
    gc.freeze()
    gc.disable()


def limit(what: int, amount: int) -> None:
    """Lower our own limit; the system's stays where it is, so that the next document may ask for more."""
    with contextlib.suppress(OSError, ValueError):  # not every system has every limit
        resource.setrlimit(what, (amount, resource.getrlimit(what)[1]))


def answer(html: str, data: bytes = b"") -> tuple[dict[str, Any], bytes]:
    try:
        return rendered(html, data) if html else drawn(data)
    except Refusal as refusal:
        message = next(iter(refusal.fields.values()))
        return {"kind": "refused", "text": message.text, "values": message.values}, b""
    except MemoryError:
        return {"kind": "large"}, b""
    except Exception as error:  # the child must outlive every document
        return {"kind": "failed"}, repr(error).encode()


def rendered(html: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    done = pdf.render(html, data)
    return {"kind": "done", "pages": done.pages}, done.content


def drawn(document: bytes) -> tuple[dict[str, Any], bytes]:
    pages = list(draw_pages(document))
    return {"kind": "done", "sizes": list(map(len, pages))}, b"".join(pages)


if __name__ == "__main__":
    serve()
    pdf.forget_press()
    with contextlib.suppress(OSError):  # a parent that was killed could not remove it
        Path(gettempdir()).rmdir()
