"""The server opens no connection that somebody's text asks for.

Mail, files, queue and database are named by the environment alone; so there is no guard of targets, but this test:
every form of the platform is sent addresses of this machine and of the network around it, the jobs that follow are
done, and nobody calls. What a PDF may fetch is told in `tests/reports`.
"""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import cycle
from typing import Any

import pytest
from flask import Flask

from tests.contracts.test_permissions import NAMED, one_of_each, rules
from tests.factories import a_product, a_published_startup
from tests.reports.test_jobs import worked
from tests.support.page import Page
from tests.support.visitor import Visitor

INWARD = "http://169.254.169.254/latest/meta-data/"
TYPED = ("text", "url", "search", "email", None)


class Listener:
    """A server inside that nobody should call, and every connection that this process tried to open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"https://127.0.0.1:{self.server.getsockname()[1]}/"
        self.calls: list[Any] = []
        connect = socket.socket.connect

        def noted(sock: socket.socket, address: Any) -> None:
            self.calls.append(address)
            connect(sock, address)

        monkeypatch.setattr(socket.socket, "connect", noted)
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self) -> None:
        with suppress(OSError):
            while True:
                sock, address = self.server.accept()
                self.calls.append(address)
                sock.close()


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    made = Listener(monkeypatch)
    yield made
    made.server.close()


def filled(page: Page, address: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The page's POST forms with an address in every field that takes text: (where it goes, what it sends)."""
    for form in page.all("form"):
        if (form.get("method") or "").lower() == "post":
            fields = [
                one for one in form.iter() if one.tag == "textarea" or (one.tag == "input" and one.get("type") in TYPED)
            ]
            names = dict(
                zip((str(one.get("name")) for one in fields if one.get("name")), cycle((address, INWARD)), strict=False)
            )
            if names:
                yield form.get("action") or page.url, {**page.fields_of(form), **names}


@pytest.mark.once
def test_no_text_makes_the_server_call_anybody(app: Flask, as_role: Callable[..., Visitor], listener: Listener) -> None:
    ids, sent, opened = one_of_each(), set(), set()
    paths = []
    for rule in rules(app):
        if {"GET", "POST"} <= (rule.methods or set()) and not rule.rule.startswith(("/check-in", "/confirm", "/links")):
            values = {name: ids.get(name, NAMED.get(rule.endpoint, "summary")) for name in rule.arguments}
            with app.test_request_context():
                paths.append(app.url_map.bind("localhost").build(rule.endpoint, values))
    for role in ("finance", "manager", "admin"):
        visitor = as_role(role)
        for path in [one for one in paths if one not in opened]:
            answer = visitor.open(path)
            if answer.status_code != 200 or not answer.text.startswith("<!doctype html>"):
                continue
            opened.add(path)
            page = Page(200, answer.text, path)
            for action, fields in filled(page, listener.address):
                assert visitor.open(action, "POST", fields).status_code < 500, action
                sent.add(action)
    worked(app)
    assert len(sent) > 60, "most forms were sent"
    assert listener.calls == []


def test_a_planted_call_is_noticed(listener: Listener) -> None:
    with suppress(OSError):
        urllib.request.urlopen(listener.address, timeout=5)  # noqa: S310 - the hole
    assert listener.calls != []


def test_an_address_that_somebody_types_is_a_secure_link_which_tells_nothing(finance: Visitor) -> None:
    startup = a_published_startup()
    product = a_product(startup, url="https://example.com/产品")
    link = next(
        a
        for a in finance.visit("startups.list_products", startup_id=startup.id).now.all("a")
        if "example.com" in (a.get("href") or "")
    )
    assert link.get("rel") == "noopener noreferrer nofollow"
    for typed in ("javascript:alert(1)", "http://127.0.0.1/", "file:///etc/passwd", "https:evil", "//evil.example"):
        page = finance.visit("startups.edit_product", product_id=product.id).submit("Save", url=typed)
        assert page.status == 422, typed
        assert page.now.error_of("Address") != ""
