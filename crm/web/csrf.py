"""The token that every form of a session carries, against requests that other sites make a browser send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from secrets import token_hex

from flask import Flask, current_app, g, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer

NAME = "csrf_token"
SIGNED = 1_000
PLACE = token_hex(20)  # of the token, in what is made for several readers; nobody can guess and write it
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Refuse unsafe requests without the token of their session, and let templates ask for it."""
    csrf.init_app(app)
    app.jinja_env.globals[NAME] = token
    app.context_processor(lambda: {NAME: token})


def token() -> str:
    """The token of the session; its place while something is made for anybody."""
    if is_for_anybody():
        return PLACE
    secret = session.get(NAME)
    return signed(secret) if secret else str(generate_csrf())


@lru_cache(SIGNED)
def signed(secret: str) -> str:
    """What Flask-WTF makes of a session's secret, once: it would sign it again for each page."""
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token").dumps(secret)


@contextmanager
def for_anybody() -> Iterator[None]:
    """Inside, forms are made with a place for the token, those of Flask-WTF too."""
    readers = g.pop(NAME, None)
    g.csrf_token = PLACE
    try:
        yield
    finally:
        del g.csrf_token
        if readers is not None:
            g.csrf_token = readers


def is_for_anybody() -> bool:
    """True while something is made for several readers."""
    return bool(g.get(NAME) == PLACE)
