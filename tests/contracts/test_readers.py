"""What is kept of pages shows one reader nothing of another's: a page is the same, whoever opened it before."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask
from werkzeug.wrappers import Response

from crm.accounts.models import Role
from crm.core import keeping
from crm.core.clock import now
from crm.settings import pages, rows
from crm.web import errors, pieces
from crm.web.csrf import PLACE
from tests.contracts.test_permissions import address, guard, one_of_each, rules
from tests.factories import a_published_startup, a_room, accept_for, an_account, an_institution
from tests.support.visitor import Visitor

pytestmark = pytest.mark.once

DIFFERS = ("operating.", "grid", "accounts.switch_on")  # times that were measured, and what is drawn for each view


@pytest.fixture
def paths(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The address of each page that somebody signed in may open, and one of a startup that investors read."""
    monkeypatch.setattr(errors, "show_error", lambda code, variant="": Response(status=code))
    monkeypatch.setattr(pieces, "token_urlsafe", lambda length: "key")
    ids = one_of_each()
    published = a_published_startup("暗号科技有限公司")
    a_room(published)
    asked = [rule for rule in rules(app) if "GET" in (rule.methods or ()) and guard(app, rule)[0] != "public"]
    asked = [rule for rule in asked if not any(word in rule.endpoint for word in DIFFERS)]
    portal = [rule for rule in asked if rule.endpoint.startswith("portal.")]
    return [address(app, rule, ids) for rule in asked] + [
        address(app, rule, ids | {"startup_id": published.id}) for rule in portal
    ]


@pytest.fixture
def readers(app: Flask) -> list[Visitor]:
    """Staff who may write and who may not, and investors of two institutions."""
    investors = [an_account(Role.INVESTOR, an_institution().id) for _ in range(2)]
    accept_for(investors[0])
    return [Visitor(app).signed_in_as(one) for one in (an_account(), an_account(Role.LEADER), *investors)]


def forget(app: Flask) -> None:
    """Nothing is kept of any page."""
    keeping.KEPT.clear()
    for store in (pages.CONTENTS, rows.PARTS):
        store.made.clear()
        store.length = 0
    for language in ("zh_CN", "en"):
        app.jinja_env.in_language(language).parts.clear()  # type: ignore[attr-defined]


def shown(visitor: Visitor, path: str) -> str:
    """The page that somebody gets, if any; never what stands for a token or a key until somebody reads."""
    answer = visitor.open(path)
    html = answer.get_data(as_text=True) if answer.mimetype == "text/html" and answer.status_code == 200 else ""
    assert PLACE not in html, path
    assert pieces.KEY not in html, path
    return html


def mixed(app: Flask, readers: list[Visitor], paths: list[str]) -> list[tuple[int, str]]:
    """The pages, with the number of their reader, that differ when another reader opened them just before.

    The last opened each with nothing kept, and the others follow it.
    """
    wrong = []
    with time_machine.travel(now(), tick=False):  # a token tells when it was signed
        for path in paths:
            alone = []
            for visitor in readers:
                forget(app)
                alone.append(shown(visitor, path))
            following = enumerate(readers[:-1])
            wrong += [(number, path) for number, one in following if shown(one, path) != alone[number]]
    return wrong


def test_a_page_is_the_same_whoever_opened_it_before(app: Flask, readers: list[Visitor], paths: list[str]) -> None:
    assert mixed(app, readers, paths) == []


def test_a_store_that_asks_neither_for_the_reader_nor_for_what_is_shown_is_found(
    app: Flask, readers: list[Visitor], paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted hole."""
    monkeypatch.setattr(pages, "actor", lambda: None)
    monkeypatch.setattr(pages, "name_of", lambda values: None)
    found = mixed(app, readers, [path for path in paths if path.startswith("/deals/")])
    assert {number for number, _ in found} == {1}, "whoever comes second"
