"""Who is signed in: Flask-Login over sessions that the database can end."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, session
from flask_login import LoginManager, current_user

login_manager = LoginManager()
TOKEN = "token"  # noqa: S105 - the name of the cookie's entry


class SignedIn:
    """What Flask-Login needs of an account."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Any, beside: Any = None) -> None:
        self.account, self.beside = account, beside

    def get_id(self) -> str:
        """The account's id as Flask-Login wants it."""
        return str(self.account.id)


def beside_account() -> Any:
    """What was read together with the account that is signed in."""
    return getattr(current_user, "beside", None)


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.session_protection = None


def load_from(find_account: Any) -> None:
    """Set how a cookie's token leads to an account and what was read beside it: `find_account(token)`, or None."""

    def load(_: Request) -> SignedIn | None:
        found = find_account(session[TOKEN]) if TOKEN in session else None
        return SignedIn(*found) if found else None

    login_manager.request_loader(load)
