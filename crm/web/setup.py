"""Puts the Flask application together: settings, extensions, hooks, template globals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask_migrate import Migrate
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from crm.config import Settings, names
from crm.core.connections import engine_options
from crm.core.db import db
from crm.core.jobs import queue
from crm.core.outbox import outbox
from crm.core.statements import watch
from crm.core.storage import storage
from crm.web import addresses, controls, csrf, errors, filters, guards, headers, language, log, measuring, sessions
from crm.web.transaction import TransactionalFlask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PACKAGE = Path(__file__).parent.parent
migrate = Migrate()


def beside_or_inside(folder: str) -> str:
    """A top-level folder of the checkout, or its copy inside the installed wheel."""
    beside = PACKAGE.parent / folder
    return str(beside if beside.is_dir() else PACKAGE / folder)


def new_app(settings: Settings) -> Flask:
    """A Flask application with everything but its pages."""
    settings.make_data_dir()
    app = TransactionalFlask(
        "crm", static_folder=str(PACKAGE / "static"), template_folder=beside_or_inside("templates")
    )
    app.config.update(flask_settings(settings))
    app.extensions["crm_settings"] = settings
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.wsgi_app = watched_by_address(app.wsgi_app, names(settings.trusted_hosts))  # type: ignore[assignment, method-assign]
    app.wsgi_app = behind_proxies(app.wsgi_app, settings.proxies)  # type: ignore[assignment, method-assign]
    watch.begin(settings.slow_query_ms)
    db.init_app(app)
    migrate.init_app(app, db, directory=beside_or_inside("migrations"), render_as_batch=True)
    queue.connect(settings.queue_url)
    storage.connect(settings.storage_url)
    outbox.connect(settings.mail_url, settings.mail_from)
    for part in (csrf, log, measuring, language, sessions, guards, addresses, filters, controls, headers, errors):
        part.init_app(app)
    return app


def behind_proxies(application: WSGIApplication, count: int) -> WSGIApplication:
    """The application as proxies in front of it tell who asks; without any nobody's word is taken for it."""
    return ProxyFix(application, x_for=count, x_proto=count, x_host=0) if count else application


def watched_by_address(application: WSGIApplication, hosts: list[str]) -> WSGIApplication:
    """The application as machines that watch it ask: by an address, which is none of the hosts that people ask for."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in log.PROBES:
            environ["HTTP_HOST"] = hosts[0].lstrip(".")
        return application(environ, start_response)

    return serve if hosts else application


def flask_settings(settings: Settings) -> dict[str, object]:
    """Flask's own configuration, derived from ours."""
    return {
        "ENV_NAME": settings.env,
        "TESTING": settings.env == "test",
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.sqlalchemy_url),
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "TRUSTED_HOSTS": names(settings.trusted_hosts) or None,
        "SESSION_COOKIE_NAME": "crm",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.secure_cookies,
    }
