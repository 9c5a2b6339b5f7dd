"""Who is signed in: Flask-Login over sessions that the database can end."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user

login_manager = LoginManager()
TOKEN = "token"  # noqa: S105 - the name of the cookie's entry


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


def load_from(find_account: Any) -> None:
    """Set how a cookie's token leads to a row with the account and what was read beside it: `find_account(token)`."""

    def load(_: Request) -> SignedIn | None:
        found = find_account(session[TOKEN]) if TOKEN in session else None
        return SignedIn(found) if found else None

    login_manager.request_loader(load)
