"""The reader's language: Chinese first, English complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import flask_babel
from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_request_context, request, session
from flask_babel import Babel
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from crm.lib.text import Message
from crm.web.guards import current_account

LANGUAGES = ("zh_CN", "en")
DEFAULT = "zh_CN"
LOCALES = {language: Locale.parse(language) for language in LANGUAGES}  # parsing one takes as long as ten texts
CATALOGUES = Path(__file__).parent.parent / "translations"
KNOWN: ContextVar[str] = ContextVar("language", default="")
babel = Babel()
T = TypeVar("T")


def init_app(app: Flask) -> None:
    babel.init_app(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: LOCALES[choose_language()],
    )
    app.jinja_env.globals["ngettext"] = counted
    app.after_request(remember_in_browser)
    app.teardown_appcontext(forget)


def choose_language() -> str:
    """The account's choice; before sign-in what this browser chose, else what it prefers."""
    if not has_request_context():
        return DEFAULT
    account = current_account()
    return str(account.language) if account is not None else browsers_language()


def browsers_language() -> str:
    """What this browser chose or spoke last, else what it prefers; for pages that may not ask the database."""
    if session.get("language") in LANGUAGES:
        return str(session["language"])
    return "en" if request.accept_languages.best_match(["zh", "en"]) == "en" else DEFAULT


def remember_in_browser(response: Response) -> Response:
    """Keep in the cookie which language the account speaks, unless that would have to be read again: the page may be
    the one that says that the database is away."""
    account = getattr(g.get("_login_user"), "account", None)
    language = vars(account).get("language") if account is not None else None
    if language and session.get("language") != language:
        session["language"] = language
    return response


def current_language() -> str:
    """The language that texts are shown in right now: zh_CN or en. A page asks some 200 times, so it is kept."""
    return KNOWN.get() or find_language()


def find_language() -> str:
    found = "en" if choose_language() == "en" else DEFAULT
    if has_request_context():
        KNOWN.set(found)
    return found


def forget(_: object = None) -> None:
    """The next request may be somebody else's."""
    KNOWN.set("")


@contextmanager
def force_locale(language: str) -> Iterator[None]:
    """Inside, texts are shown in this language, whoever reads."""
    with flask_babel.force_locale(language):
        token = KNOWN.set("en" if language.startswith("en") else DEFAULT)
        try:
            yield
        finally:
            KNOWN.reset(token)


def kept_by_language(build: Callable[[str], T]) -> Callable[[str], T]:
    """Build once in each language what depends on nothing else but a word."""
    kept = cache(lambda word, _language: build(word))
    return wraps(build)(lambda word: kept(word, current_language()))


@cache
def catalogue(language: str) -> NullTranslations:
    """What is translated into a language."""
    return Translations.load(CATALOGUES, [language])


def gettext(text: str, /, **values: Any) -> str:
    """A text in the reader's language. Flask-Babel's own asks for the locale again each time, ten times as long."""
    told = catalogue(current_language()).gettext(text)
    return told % values if values else told


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """A text in the reader's language that counts something, as `%(num)s`."""
    return catalogue(current_language()).ngettext(one, many, number) % {"num": number, **values}


def counted(one: str, many: str, number: int, /, **values: Any) -> Markup:
    """The same in a template, whose own texts are markup and whose values are not."""
    text = Markup(catalogue(current_language()).ngettext(one, many, number))  # noqa: S704 - a text of ours
    return text % {"num": number, **values}


def lazy_gettext(text: str, /, **values: Any) -> Any:
    """A text that finds its language when it is shown, as those of form fields do."""
    return LazyString(gettext, text, **values)


def translate(message: Message) -> str:
    """A message of the domain in the reader's language."""
    return message.format(gettext)
