"""Somebody who uses the application over HTTP: opens pages, fills in forms, presses buttons."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask, url_for
from werkzeug.test import TestResponse

from crm.accounts import sessions
from crm.accounts.models import Account
from crm.core.clock import now
from crm.core.db import unit_of_work
from crm.web.sessions import TOKEN
from tests.support.page import Page


class Visitor:
    """One browser: it keeps its cookies, follows redirects after a change, and reads pages strictly."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.account: Account | None = None
        self.page: Page | None = None
        self.accept_language = "en"

    def signed_in_as(self, account: Account) -> Visitor:
        """The same browser, signed in."""
        with self.app.app_context(), unit_of_work(write=True):
            token = sessions.open_session(account, at=now()).token
        with self.client.session_transaction() as session:
            session[TOKEN] = token
        self.account = account
        return self

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of an endpoint."""
        with self.app.test_request_context():
            return url_for(endpoint, **values)

    def open(self, path: str, method: str = "GET", data: Any = None, **options: Any) -> TestResponse:
        """The raw answer for a path."""
        headers = {"Accept-Language": self.accept_language, **options.pop("headers", {})}
        return self.client.open(path, method=method, data=data, headers=headers, **options)

    def visit(self, endpoint: str, **values: Any) -> Visitor:
        """Open an endpoint's page."""
        path = endpoint if endpoint.startswith("/") else self.url(endpoint, **values)
        return self.read(self.open(path), path)

    def submit(self, button: str, **fields: Any) -> Visitor:
        """Press a button of the page after filling in fields by name; follows the redirect."""
        page = self.now
        form, pressed = page.form_of(button)
        sent = page.fields_of(form)
        unknown = set(fields) - {field.get("name") for field in form.iter()}
        assert not unknown, f"{page.url}: the form has no {unknown}; it has {sorted(sent)}"
        sent |= fields
        if pressed.get("name"):
            sent[str(pressed.get("name"))] = pressed.get("value") or ""
        path = urljoin(page.url, pressed.get("formaction") or form.get("action") or page.url)
        method = (form.get("method") or "get").upper()
        if method == "GET":
            return self.read(self.open(path, query_string=sent), path)
        return self.read(self.open(path, "POST", sent), path)

    def click(self, text: str) -> Visitor:
        """Follow the link with this text."""
        path = urljoin(self.now.url, self.now.links()[text])
        return self.read(self.open(path), path)

    def read(self, answer: TestResponse, path: str) -> Visitor:
        """Follow a redirect, then read the page."""
        hops = 0
        while answer.status_code in (301, 302, 303, 307, 308):
            path = urljoin(path, answer.location)
            answer = self.open(path)
            hops += 1
            assert hops < 6, "redirected too often"
        parts = urlsplit(path)
        self.page = Page(
            answer.status_code,
            answer.get_data(as_text=True),
            parts.path + (f"?{parts.query}" if parts.query else ""),
        )
        return self

    @property
    def now(self) -> Page:
        """The page that is open."""
        assert self.page is not None, "no page is open"
        return self.page

    @property
    def status(self) -> int:
        """The status of the open page."""
        return self.now.status

    @property
    def text(self) -> str:
        """What can be read on the open page."""
        return self.now.text
