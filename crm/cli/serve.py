"""`crm serve`: gunicorn with threads. SIGTERM lets running requests end."""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from crm.cli.context import application
from crm.cli.revisions import refuse_other_revisions
from crm.config import Settings
from crm.core.connections import plan_once
from crm.web.log import take_library_lines

REQUEST_SECONDS = 300  # from the first byte of a request to the last one of its answer
GRACE = 30  # seconds that running requests have when the processes are stopped
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus-client when it is imported

M_MMAP_THRESHOLD = -3  # in malloc.h


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Hangs up on whoever sends a request, or takes its answer, so slowly that a thread would be theirs for ever."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.begun: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Serve a request, and know since when."""
        self.begun[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self.begun[conn]

    def notify(self) -> None:
        """Called every second: the process lives."""
        super().notify()
        late = time.monotonic() - REQUEST_SECONDS
        for conn in [conn for conn, began in list(self.begun.items()) if began < late]:
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RDWR)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Gunicorn, configured from our settings."""

    def __init__(self, app: Any, options: dict[str, Any]) -> None:
        self.app, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.app


def options(settings: Settings) -> dict[str, Any]:
    """How gunicorn serves: processes of four threads each."""
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.web_workers,
        "threads": 4,
        "worker_class": PatientWorker,
        "timeout": 60,
        "graceful_timeout": GRACE,
        "when_ready": share_memory,
        "loglevel": "warning",
        "logconfig_dict": {
            "version": 1,
            "disable_existing_loggers": False,
            "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True}},
        },
    }


def share_memory(_: object) -> None:
    """Let the processes share what was loaded before they part: the collector would copy it to each in passing."""
    gc.collect()
    gc.freeze()


def give_memory_back() -> None:
    """Let what a large picture took go at once: glibc would keep up to 64 MB of it for each thread."""
    with suppress(AttributeError, OSError):  # another C library keeps less
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 1024**2)


@click.command()
@click.option("--wait", default=0.0, metavar="SECONDS", help="Wait so long for the database to fit.")
def serve(wait: float) -> None:
    """Serve the pages on CRM_HOST and CRM_PORT with CRM_WEB_WORKERS processes."""
    give_memory_back()
    with shared_folder() as os.environ[SHARED]:
        app = application()
        take_library_lines(app)
        with app.app_context():
            refuse_other_revisions(wait=wait)
        plan_once()
        settings = app.extensions["crm_settings"]
        click.echo(f"Serving on http://{settings.host}:{settings.port}")
        Server(app, options(settings)).run()


@contextmanager
def shared_folder() -> Iterator[str]:
    """A folder in which our processes count requests together; it goes with the first of them, not with a child."""
    folder, owner = tempfile.mkdtemp(prefix="crm-metrics-"), os.getpid()
    try:
        yield folder
    finally:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)
