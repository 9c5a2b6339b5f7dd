"""One line per request, JSON in production, with an id that error pages show; no forms, no cookies."""

from __future__ import annotations

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

logger = structlog.get_logger("crm")
SECRET = ("/links/", "/confirm/", "/check-in/")


def init_app(app: Flask) -> None:
    configure(json_lines=app.config["ENV_NAME"] == "production", quiet=app.config["TESTING"])

    @app.before_request
    def start() -> None:
        g.request_id = secrets.token_hex(6)
        g.started = time.perf_counter()

    @app.after_request
    def log_request(response: Response) -> Response:
        if request.endpoint != "static":
            milliseconds = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000)
            logger.info(
                "request",
                id=g.get("request_id", ""),
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
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json_lines
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
