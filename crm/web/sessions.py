"""Who is signed in: Flask-Login over sessions that the database can end."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, session
from flask_login import LoginManager

login_manager = LoginManager()
TOKEN = "token"  # noqa: S105 - the name of the cookie's entry


class SignedIn:
    """What Flask-Login needs of an account."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Any) -> None:
        self.account = account

    def get_id(self) -> str:
        """The account's id as Flask-Login wants it."""
        return str(self.account.id)


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.session_protection = None


def load_from(find_account: Any) -> None:
    """Set how a cookie's token leads to an account: `find_account(token) -> Account | None`."""

    def load(_: Request) -> SignedIn | None:
        account = find_account(session[TOKEN]) if TOKEN in session else None
        return SignedIn(account) if account else None

    login_manager.request_loader(load)
