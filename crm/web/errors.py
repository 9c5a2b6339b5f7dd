"""Error pages: what it means, what to do, and an id that the log has."""

from __future__ import annotations

from typing import cast

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from crm.core.db import unit_of_work
from crm.core.errors import Conflict
from crm.core.submissions import earlier_submission
from crm.web.answers import go
from crm.web.guards import current_account
from crm.web.log import logger


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(CSRFError, lambda error: show_error(400, "form-expired"))
    app.register_error_handler(Conflict, lambda error: show_error(409))
    app.register_error_handler(IntegrityError, answer_twin)
    app.register_error_handler(DataError, lambda error: show_error(422))


def show_http_error(error: HTTPException) -> Response:
    """The page for an HTTP error; what broke goes to the log with the request's id."""
    if error.response is not None:
        return cast(Response, error.response)
    if isinstance(error, InternalServerError):
        logger.error("unhandled", id=g.get("request_id", ""), exc_info=error.original_exception)
    return show_error(error.code or 500)


def answer_twin(error: IntegrityError) -> Response:
    """Two requests wrote the same thing at once: a form sent twice leads to what its twin made, the rest is a 409."""
    account = current_account()
    if account is not None:
        with unit_of_work(write=False):
            earlier = earlier_submission(request.form.get("form_key", "")[:64], account.id)
        if earlier is not None:
            return go(earlier.location)
    logger.warning("integrity", id=g.get("request_id", ""), error=str(error.orig).partition("\n")[0])
    return show_error(409)


def show_error(code: int, variant: str = "") -> Response:
    page = render_template("errors/error.html", code=code, variant=variant, request_id=g.get("request_id", ""))
    return Response(page, code, mimetype="text/html")
