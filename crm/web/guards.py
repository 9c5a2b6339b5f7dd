"""Who may call a route. Every route declares it; the default is no."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, abort, g, has_request_context, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

LARGEST_ID = 2**63 - 1
P = ParamSpec("P")
R = TypeVar("R")
Loader = Callable[[Any, int], Any]
Policy = Callable[..., bool]


def signed_in() -> Any:
    """Who is signed in, as Flask-Login keeps it: a page asks some twenty times, and a proxy would ask it each time."""
    return (g.get("_login_user") if has_request_context() else None) or current_user


def current_account() -> Any:
    """The account that is signed in, or None."""
    return getattr(signed_in(), "account", None)


def actor() -> Any:
    """The account that acts; for views behind `requires`."""
    return signed_in().account


def public(why: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a route that anyone may call, and say why."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        cast(Any, view).guard = ("public", why)
        return view

    return declare


def requires(policy: Policy, **loaders: Loader) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare who may call a route, and which records its URL names.

    `requires(policies.may_edit, deal=queries.find_deal)` turns the URL's `deal_id` into `deal`, loaded through what
    this actor may see: a missing and a foreign id answer the same 404. Then the policy decides: 403.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            if not signed_in().is_authenticated:
                return sign_in_first()
            records = [load_record(loader, arguments, name) for name, loader in loaders.items()]
            if not policy(actor(), *records):
                abort(403)
            return view(**arguments)

        cast(Any, guarded).guard = ("requires", policy)
        cast(Any, guarded).loads = loaders
        return guarded

    return declare


def load_record(loader: Loader, arguments: dict[str, Any], name: str) -> Any:
    """Replace `<name>_id` among the URL's arguments by the record, or answer 404."""
    record_id = arguments.pop(f"{name}_id")
    record = loader(actor(), record_id) if record_id <= LARGEST_ID else None
    if record is None:
        abort(404)
    arguments[name] = record
    return record


def sign_in_first() -> Response:
    """Send somebody unknown to the sign-in page, and back afterwards."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back), 303)


def init_app(app: Flask) -> None:
    """Answer 403 on any route that declares nothing."""

    @app.before_request
    def deny_undeclared() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and request.endpoint != "static" and not hasattr(view, "guard"):
            g.undeclared = request.endpoint
            abort(403)
