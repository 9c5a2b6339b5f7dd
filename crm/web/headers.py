"""The headers on every answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Flask, request
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
ONLY_ENCRYPTED = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)
F = TypeVar("F", bound=Callable[..., Any])


def kept_by_browsers(view: F) -> F:
    """Mark a view whose address names its content by `?v=…`: browsers may keep what it answers for a year."""
    cast(Any, view).kept_by_browsers = True
    return view


def surrounded(application: WSGIApplication, *, secure: bool) -> WSGIApplication:
    """The application, each of whose answers carries these headers, unless it has its own; `secure`: by HTTPS only."""
    fixed = ALWAYS + (ONLY_ENCRYPTED if secure else ())

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            own = {name for name, _ in headers}
            return start_response(status, [*headers, *(pair for pair in fixed if pair[0] not in own)], *error)

        return application(environ, start)

    return serve


def init_app(app: Flask) -> None:
    app.wsgi_app = surrounded(app.wsgi_app, secure=bool(app.config["SESSION_COOKIE_SECURE"]))  # type: ignore[assignment, method-assign]

    @app.after_request
    def add_headers(response: Response) -> Response:
        endpoint = request.endpoint
        view = app.view_functions.get(endpoint or "")
        if getattr(view, "kept_by_browsers", False) and response.status_code == 200 and request.args.get("v"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
