"""One line per request, JSON in production, with an id that error pages show; no queries, no forms, no cookies.

Whatever is logged while a request, or a job that it asked for, is in work carries the request's id.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
from typing import Any

import structlog
from flask import Flask, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from werkzeug.wrappers import Response

logger = structlog.get_logger("crm")
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds: told where they fail
SECRET = ("/links/", "/confirm/", "/check-in/")
STEPS: tuple[Any, ...] = (
    merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def init_app(app: Flask) -> None:
    configure(json_lines=app.config["ENV_NAME"] == "production", quiet=app.config["TESTING"])

    @app.before_request
    def start() -> None:
        g.request_id = secrets.token_hex(6)
        g.started = time.perf_counter()
        clear_contextvars()
        bind_contextvars(request_id=g.request_id)

    @app.after_request
    def log_request(response: Response) -> Response:
        if request.endpoint != "static" and (request.path not in PROBES or response.status_code >= 400):
            milliseconds = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000)
            logger.info(
                "request",
                method=request.method,
                path=path_to_tell(request.path),
                status=response.status_code,
                ms=milliseconds,
            )
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return response


def path_to_tell(path: str) -> str:
    """The path without what gives access: the token of a link or of an event's check-in stays out of the log."""
    return next((f"{start}…" for start in SECRET if path.startswith(start)), path)


def configure(*, json_lines: bool, quiet: bool = False) -> None:
    """Set how log lines look; tests keep quiet below warnings."""
    structlog.configure(
        processors=[*STEPS, structlog.processors.format_exc_info, renderer(json_lines)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def renderer(json_lines: bool) -> Any:
    if json_lines:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=False)


def take_library_lines(app: Flask) -> None:
    """Write what libraries log, from warnings on, as we write our own lines; for processes of ours only."""
    json_lines = app.config["ENV_NAME"] == "production"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*STEPS, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer(json_lines),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
