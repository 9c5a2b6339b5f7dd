"""Who is signed in: Flask-Login over sessions that the database can end."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import structlog
from flask import Flask, Request, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager
from itsdangerous import BadSignature
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from crm.core.clock import now
from crm.core.db import unit_of_work
from crm.web.guards import signed_in

VERIFIED = 1_000  # cookies that are known to be ours
TOKEN = "token"  # noqa: S105 - the name of the cookie's entry
PENDING = "pending"  # of the one whose second step is to come
SEEN_EVERY = timedelta(minutes=5)
log = structlog.get_logger()


class CookieLogin(LoginManager):  # type: ignore[misc]  # flask_login is untyped
    """Flask-Login with our sessions alone: it would look for its own cookies, too, and guard what is not in them."""

    def _load_user(self) -> None:
        self._update_request_context_with_user(self._load_user_from_request(request))


login_manager = CookieLogin()


class SignedIn:
    """What Flask-Login needs of an account."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, found: Any) -> None:
        self.account, self.found = found.account, found.beside

    def get_id(self) -> str:
        """The account's id as Flask-Login wants it."""
        return str(self.account.id)


def beside_account() -> Any:
    """The row in which the account that is signed in was read, with the counts beside it; None for nobody."""
    return getattr(signed_in(), "found", None)


class SignedCookies(SecureCookieSessionInterface):
    """Flask's sessions, whose signer is made once and whose cookies are verified once: they come with each request."""

    signer: Any = None

    def __init__(self) -> None:
        self.verified = lru_cache(VERIFIED)(self.verify)

    def get_signing_serializer(self, app: Flask) -> Any:
        """What signs the cookies of an application, and reads them."""
        self.signer = self.signer or super().get_signing_serializer(app)
        return self.signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie of a request holds; nothing where it is not ours, or too old."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie or not app.secret_key:
            return super().open_session(app, request)
        try:
            payload, signed_at = self.verified(self.get_signing_serializer(app), cookie)
        except BadSignature:
            return self.session_class()
        age = int(time.time()) - signed_at
        is_fresh = 0 <= age <= app.permanent_session_lifetime.total_seconds()
        return self.session_class(self.serializer.loads(payload)) if is_fresh else self.session_class()

    def verify(self, signer: Any, cookie: str) -> tuple[str, float]:
        """What a cookie holds, as text, and when we signed it; BadSignature where it is not ours."""
        content, signed_at = signer.loads(cookie, return_timestamp=True)
        return self.serializer.dumps(content), signed_at.timestamp()


def init_app(app: Flask) -> None:
    app.session_interface = SignedCookies()
    app.login_manager = login_manager  # type: ignore[attr-defined]  # as its `init_app` does, which adds hooks that we do not use
    app.after_request(note_use)


def load_from(find_account: Any, mark_seen: Callable[..., None]) -> None:
    """Set how a cookie's token leads to an account and what was read beside it, `find_account(token)`, and
    how the use of a session is written down: `mark_seen(session_id, at)`."""

    def load(_: Request) -> SignedIn | None:
        found = find_account(session[TOKEN]) if TOKEN in session else None
        return SignedIn(found) if found else None

    login_manager.request_loader(load)
    login_manager.mark_seen = mark_seen


def note_use(response: Response) -> Response:
    """Write down that a session is in use, every few minutes, in a transaction of its own after the request's."""
    found = getattr(g.get("_login_user"), "found", None)
    if found is not None:
        at = now()
        if at - found.seen_at > SEEN_EVERY:
            write_use(found.session_id, at)
    return response


def write_use(session_id: int, at: datetime) -> None:
    """A page that was made is shown, whether or not this can be written now."""
    try:
        with unit_of_work(write=True):
            login_manager.mark_seen(session_id, at=at)
    except SQLAlchemyError:
        log.exception("noting the use of a session")
