"""Who is signed in: Flask-Login over sessions that the database can end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask, Request, g, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from crm.core.clock import now
from crm.core.db import unit_of_work

login_manager = LoginManager()
TOKEN = "token"  # noqa: S105 - the name of the cookie's entry
PENDING = "pending"  # of the one whose second step is to come
SEEN_EVERY = timedelta(minutes=5)
log = structlog.get_logger()


class SignedIn:
    """What Flask-Login needs of an account."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, found: Any) -> None:
        self.account, self.found = found.Account, found

    def get_id(self) -> str:
        """The account's id as Flask-Login wants it."""
        return str(self.account.id)


def beside_account() -> Any:
    """The row in which the account that is signed in was read, with the counts beside it; None for nobody."""
    return getattr(current_user, "found", None)


class SignedCookies(SecureCookieSessionInterface):
    """Flask's sessions, whose signer is made once: each request would spend as long on it as on the whole cookie."""

    signer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        """What signs the cookies of an application, and reads them."""
        self.signer = self.signer or super().get_signing_serializer(app)
        return self.signer


def init_app(app: Flask) -> None:
    app.session_interface = SignedCookies()
    login_manager.init_app(app)
    login_manager.session_protection = None
    app.after_request(note_use)


def load_from(find_account: Any, mark_seen: Callable[..., None]) -> None:
    """Set how a cookie's token leads to a row with the account and what was read beside it, `find_account(token)`, and
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
