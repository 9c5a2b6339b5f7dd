"""The headers on every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, request
from werkzeug.wrappers import Response

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
F = TypeVar("F", bound=Callable[..., Any])


def kept_by_browsers(view: F) -> F:
    """Mark a view whose address names its content by `?v=…`: browsers may keep what it answers for a year."""
    cast(Any, view).kept_by_browsers = True
    return view


def init_app(app: Flask) -> None:
    secure = bool(app.config["SESSION_COOKIE_SECURE"])

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Referrer-Policy", "same-origin")
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "kept_by_browsers", False) and response.status_code == 200 and request.args.get("v"):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif request.endpoint != "static":
            headers["Cache-Control"] = "no-store"
            response.vary.add("Cookie")
        return response
