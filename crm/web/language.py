"""The reader's language: Chinese first, English complete."""

from __future__ import annotations

from flask import Flask, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, gettext

from crm.lib.text import Message
from crm.web.guards import current_account

LANGUAGES = ("zh_CN", "en")
DEFAULT = "zh_CN"
babel = Babel()
__all__ = ["DEFAULT", "LANGUAGES", "current_language", "force_locale", "init_app", "translate"]


def init_app(app: Flask) -> None:
    babel.init_app(app, default_locale=DEFAULT, default_timezone="Asia/Shanghai", locale_selector=choose_language)


def choose_language() -> str:
    """The account's choice; before sign-in what this browser chose, else what it prefers."""
    if not has_request_context():
        return DEFAULT
    account = current_account()
    if account is not None:
        return str(account.language)
    if session.get("language") in LANGUAGES:
        return str(session["language"])
    return "en" if request.accept_languages.best_match(["zh", "en"]) == "en" else DEFAULT


def current_language() -> str:
    """The language that texts are shown in right now: zh_CN or en."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else DEFAULT


def translate(message: Message) -> str:
    """A message of the domain in the reader's language."""
    return message.format(gettext)
