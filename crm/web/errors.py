"""Error pages: what it means, what to do, and an id that the log has; one of them needs no database."""

from __future__ import annotations

import errno
import sqlite3
from typing import cast

import sqlalchemy as sa
from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from crm.core.db import unit_of_work
from crm.core.errors import Conflict
from crm.core.submissions import earlier_submission
from crm.web.answers import go
from crm.web.guards import current_account
from crm.web.language import browsers_language, force_locale
from crm.web.log import logger

AWAY = ("database is locked", "unable to open", "disk I/O error", "readonly database")
DISK_FULL = "53100"  # PostgreSQL's code
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
AGAIN_AFTER = 10  # seconds


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(CSRFError, lambda error: show_error(400, "form-expired"))
    app.register_error_handler(Conflict, lambda error: show_error(409))
    app.register_error_handler(IntegrityError, answer_twin)
    app.register_error_handler(DataError, lambda error: show_error(422))
    app.register_error_handler(OSError, answer_full_disk)
    for kind in (OperationalError, InterfaceError, sa.exc.TimeoutError):
        app.register_error_handler(kind, answer_without_database)


def show_http_error(error: HTTPException) -> Response:
    """The page for an HTTP error; what broke goes to the log with the request's id."""
    if error.response is not None:
        return cast(Response, error.response)
    if isinstance(error, InternalServerError):
        logger.error("unhandled", exc_info=error.original_exception)
    return show_error(error.code or 500)


def answer_twin(error: IntegrityError) -> Response:
    """Two requests wrote the same thing at once: a form sent twice leads to what its twin made, the rest is a 409."""
    account = current_account()
    if account is not None:
        with unit_of_work(write=False):
            earlier = earlier_submission(request.form.get("form_key", "")[:64], account.id)
        if earlier is not None:
            return go(earlier.location)
    logger.warning("integrity", error=str(error.orig).partition("\n")[0])
    return show_error(409)


def answer_without_database(error: SQLAlchemyError) -> Response:
    """The database is full, or away for a while: say so, and when to come back. Raises what is our own mistake."""
    if is_full(error):
        logger.error("database full", error=str(getattr(error, "orig", error)).partition("\n")[0])
        return show_error(507)
    if not is_away(error):
        raise error
    logger.error("database away", error=str(getattr(error, "orig", error)).partition("\n")[0])
    return show_unavailable()


def answer_full_disk(error: OSError) -> Response:
    """Files have no room left, those of the storage or large uploads on their way. Raises all else."""
    if error.errno not in FULL:
        raise error
    logger.error("disk full", error=str(error))
    return show_error(507)


def is_full(error: SQLAlchemyError) -> bool:
    """True where the database has no room left."""
    original = error.orig if isinstance(error, DBAPIError) else None
    return getattr(original, "sqlstate", "") == DISK_FULL or "disk is full" in str(original)


def is_away(error: SQLAlchemyError) -> bool:
    """True for what trying again later mends. SQLite calls a missing table by the same name as a full disk."""
    original = error.orig if isinstance(error, DBAPIError) else None
    return not isinstance(original, sqlite3.Error) or any(word in str(original) for word in AWAY)


def show_error(code: int, variant: str = "", **values: str) -> Response:
    """The page for a refusal. It says who is signed in, and does without where the database does not answer."""
    try:
        told = {"code": code, "variant": variant, "request_id": g.get("request_id", ""), **values}
        return Response(render_template("errors/error.html", **told), code, mimetype="text/html")
    except SQLAlchemyError:
        return show_unavailable()


def show_unavailable() -> Response:
    """A page for which nothing is read, in the language that this browser spoke last."""
    language = browsers_language()
    settings = current_app.extensions["crm_settings"]
    with force_locale(language):
        page = current_app.jinja_env.get_template("errors/unavailable.html").render(
            language=language,
            platform_name=settings.platform_name_en if language == "en" else settings.platform_name_zh,
            actor=None,
            maintenance=None,
            request=request,
            request_id=g.get("request_id", ""),
        )
    return Response(page, 503, {"Retry-After": str(AGAIN_AFTER)}, mimetype="text/html")
