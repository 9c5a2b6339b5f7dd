"""Error pages while the database is away."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from crm.accounts.models import Role
from crm.core.db import db
from crm.deals.policies import may_list
from crm.web.errors import is_away
from crm.web.guards import requires
from tests.factories import an_account
from tests.support.visitor import Visitor


@pytest.fixture
def reader(app: Flask) -> Visitor:
    """Somebody who reads Chinese, in a browser that prefers English."""
    visitor = Visitor(app).signed_in_as(an_account(Role.FINANCE, language="zh_CN"))
    visitor.visit("/startups/new")
    return visitor


@pytest.fixture
def leave(app: Flask, reader: Visitor) -> Iterator[Callable[[], None]]:
    """Called, the database cannot be reached any more."""
    with app.app_context():
        engine = db.engine
    kind = sqlite3.OperationalError if engine.dialect.name == "sqlite" else psycopg.OperationalError

    def refuse(*_: object) -> None:
        raise kind("unable to open database file")

    def left() -> None:
        engine.dispose()
        event.listen(engine, "do_connect", refuse)

    yield left
    event.remove(engine, "do_connect", refuse)


@pytest.fixture
def away(app: Flask, leave: Callable[[], None]) -> None:
    """The database cannot be reached any more."""
    with app.app_context():
        db.session.remove()
    leave()


@pytest.mark.parametrize("path", ["/deals/", "/sign-in", "/no-such-page", "/settings"])
def test_a_page_says_so_in_the_readers_language_without_the_database(reader: Visitor, away: None, path: str) -> None:
    answer = reader.open(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    page = reader.read(answer, path).now
    assert page.h1 == "请稍候片刻"
    assert answer.headers["X-Request-Id"] in page.html
    assert page.links()["重试"] == path


def test_it_may_leave_while_a_page_is_made(
    app: Flask, reader: Visitor, leave: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    @requires(may_list)
    def view() -> None:
        db.session.connection().invalidate()
        leave()
        raise OperationalError("SELECT 1", None, psycopg.OperationalError("terminating connection"))

    monkeypatch.setitem(app.view_functions, "deals.list_deals", view)
    answer = reader.open("/deals/")
    assert (answer.status_code, reader.read(answer, "/deals/").now.h1) == (503, "请稍候片刻")


def test_a_form_is_refused_in_words_too(reader: Visitor, away: None) -> None:
    page = reader.submit("新建企业", name="上海衡汐智能科技有限公司").now
    assert (page.status, page.h1) == (503, "请稍候片刻")
    assert "您填写的内容已保存在本浏览器中" in page.text


def test_when_it_is_back_everything_works_again(app: Flask, reader: Visitor) -> None:
    assert reader.visit("/startups/new").status == 200


@pytest.mark.parametrize(
    ("original", "away"),
    [
        (sqlite3.OperationalError("database is locked"), True),
        (sqlite3.OperationalError("no such table: deal"), False),
        (psycopg.OperationalError("connection refused"), True),
    ],
)
def test_a_mistake_of_ours_is_not_taken_for_a_database_that_is_away(original: Exception, away: bool) -> None:
    assert is_away(OperationalError("SELECT 1", None, original)) is away
