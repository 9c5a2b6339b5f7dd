"""The log: one JSON line per event, with the request's id, and nothing that opens a door or that people typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

import pytest
from flask import Flask, request

from crm.core import jobs
from crm.core.jobs import enqueue, run_job
from crm.web.log import configure, logger, take_library_lines
from tests.conftest import Work
from tests.factories import AT, an_account
from tests.support.visitor import Visitor

WORDS = ("canary-query", "canary-field", "canary-password", "canary-bearer", "canary-link", "canary-json")


@contextmanager
def heard() -> Iterator[list[dict[str, Any]]]:
    """The lines of the log as production writes them."""
    told, lines = io.StringIO(), []
    with redirect_stderr(told):
        configure(json_lines=True)
        try:
            yield lines
        finally:
            configure(json_lines=False, quiet=True)
    lines += [json.loads(line) for line in told.getvalue().splitlines()]


def use_everything(app: Flask) -> set[str]:
    """Send secrets by every way that leads in; returns them all, with the cookies that came back."""
    account = an_account(username="canary-name")
    visitor = Visitor(app).signed_in_as(account)
    bearer = {"Authorization": "Bearer canary-bearer", "X-Api-Key": "canary-bearer"}
    visitor.open("/startups/new")
    cookies = {cookie.value for cookie in visitor.client._cookies.values()}
    visitor.open("/startups/?q=canary-query&sort=canary-query", headers=bearer)
    visitor.open("/no-such-page/?token=canary-query", headers=bearer)
    visitor.open("/links/canary-link")
    visitor.open("/links/canary-link", "POST", {"password": "canary-password"})
    visitor.open("/startups/new", "POST", {"name": "canary-field", "csrf_token": "canary-field"})
    visitor.open("/startups/new", "POST", json={"name": "canary-json"})
    Visitor(app).open("/sign-in", "POST", {"username": "canary-name", "password": "canary-password"})
    return {*WORDS, *cookies}


def leaked(lines: list[dict[str, Any]], secrets: set[str]) -> set[str]:
    return {secret for secret in secrets for line in lines if secret in json.dumps(line, ensure_ascii=False)}


@pytest.fixture
def open_forms(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def test_no_line_holds_a_cookie_a_token_a_password_or_what_was_typed(app: Flask, open_forms: None) -> None:
    with heard() as lines:
        secrets = use_everything(app)
    assert len([line for line in lines if line["event"] == "request"]) == 8
    assert len(secrets) > len(WORDS), "a cookie came back"
    assert leaked(lines, secrets) == set()


def test_a_planted_leak_is_found(app: Flask, open_forms: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The positive control: somebody logs what came in."""

    def log_all(*_: Any) -> None:
        logger.info("debugging", url=request.url, headers=dict(request.headers), form=request.form, body=request.data)

    monkeypatch.setitem(app.before_request_funcs, None, [*app.before_request_funcs[None], log_all])
    with heard() as lines:
        secrets = use_everything(app)
    assert leaked(lines, secrets) == secrets - {"canary-json"}, "no hook sees JSON: it is refused before"


def test_every_line_of_a_request_and_of_the_jobs_it_asked_for_has_its_id(
    app: Flask, work: Work, finance: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def ask() -> None:
        with work():
            asked.append(enqueue("test", 7, by_id=None, at=AT).id)
        logger.info("asked")

    monkeypatch.setitem(app.before_request_funcs, None, [*app.before_request_funcs[None], ask])
    monkeypatch.setitem(jobs.HANDLERS, "test", broken)
    with heard() as lines, app.app_context():
        request_id = finance.open("/deals/").headers["X-Request-Id"]
        run_job(asked[0])
    told = {line["event"]: line for line in lines}
    assert set(told) == {"asked", "request", "job broke", "job"}
    assert {line["request_id"] for line in lines} == {request_id}
    assert "ZeroDivisionError" in told["job broke"]["exception"]
    assert (told["job"]["kind"], told["job"]["state"], told["job"]["job"]) == ("test", "failed", asked[0])


def test_an_error_page_shows_a_number_by_which_the_log_tells_what_broke(
    app: Flask, finance: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def view() -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(view, "guard", app.view_functions["deals.list_deals"].guard, raising=False)  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "deals.list_deals", view)
    with heard() as lines:
        answer = finance.open("/deals/")
    assert answer.status_code == 500
    (told,) = [line for line in lines if line["event"] == "unhandled"]
    assert "ZeroDivisionError" in told["exception"]
    assert f"<code>{told['request_id']}</code>" in answer.text
    assert "ZeroDivisionError" not in answer.text


def broken(record_id: int, progress: Callable[[int, int], None]) -> None:
    raise ZeroDivisionError


def test_what_libraries_warn_of_is_a_line_like_ours(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    monkeypatch.setitem(app.config, "ENV_NAME", "production")
    try:
        with redirect_stderr(io.StringIO()) as told:
            take_library_lines(app)
            logging.getLogger("gunicorn.error").info("not told")
            logging.getLogger("huey").warning("the queue %s", "is slow")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    line = json.loads(told.getvalue())
    assert (line["event"], line["logger"], line["level"]) == ("the queue is slow", "huey", "warning")
