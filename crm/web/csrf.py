"""The token that every form of a session carries, against requests that other sites make a browser send."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

NAME = "csrf_token"
SIGNED = 1_000
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Refuse unsafe requests without the token of their session, and let templates ask for it."""
    csrf.init_app(app)
    signed = lru_cache(SIGNED)(lambda _secret: str(generate_csrf()))

    def token() -> str:
        """What Flask-WTF makes, signed once a session: it would be signed again for each page."""
        secret = session.get(NAME)
        return signed(secret) if secret else str(generate_csrf())

    app.jinja_env.globals[NAME] = token
    app.context_processor(lambda: {NAME: token})
