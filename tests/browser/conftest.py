"""The real pages in a real browser: a server and a worker in threads, Chromium signed in with a role."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from crm.accounts.models import Account, Role
from crm.cli.worker import FEATURES_WITH_JOBS
from crm.core.jobs import queue, run_job
from tests.factories import an_account
from tests.support import chromium
from tests.support.visitor import Visitor

expect.set_options(timeout=15_000)


class QuietHandler(WSGIRequestHandler):
    def log(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How a browser begins; its tests fail without one, they are not skipped."""
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    return {"args": arguments, "executable_path": chromium.installed()}


@pytest.fixture(scope="session")
def live_url(migrated_app: Flask) -> Iterator[str]:
    """The address of the running application."""
    server = make_server("127.0.0.1", 0, migrated_app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def worker(app: Flask) -> Iterator[None]:
    """A job process, as a thread, for as long as the test runs."""
    for feature in FEATURES_WITH_JOBS:
        import_module(feature)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            task = queue.connected().dequeue()
            if task is None:
                time.sleep(0.05)
                continue
            with app.app_context():
                run_job(*task.args)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


@dataclass
class Hands:
    """Somebody's hands on keyboard and mouse, counted."""

    page: Page
    keys: int = 0
    clicks: int = 0

    def type(self, text: str) -> None:
        """Type a text, a key a character."""
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other; a chord counts once."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def click(self, target: Any) -> None:
        """Click or tap something."""
        target.click()
        self.clicks += 1


def until(page: Page, holds: Callable[[], bool], seconds: float = 15) -> None:
    """Let the browser go on until something holds that no expectation of a page can tell. Raises AssertionError."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"this does not hold after {seconds} seconds"
        page.wait_for_timeout(50)


Open = Callable[..., Page]


@pytest.fixture
def open_as(app: Flask, live_url: str, context: BrowserContext) -> Open:
    """Open a path signed in: `open_as("finance", "/deals/")`, in Chinese unless told otherwise."""

    def opened(role: str | Account, path: str, language: str = "zh_CN") -> Page:
        account = role if isinstance(role, Account) else account_of(Role(role), language)
        visitor = Visitor(app).signed_in_as(account)
        cookie = visitor.client.get_cookie("crm")
        assert cookie is not None
        context.clear_cookies()
        context.add_cookies([{"name": "crm", "value": cookie.value, "url": live_url}])
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.problems = problems  # type: ignore[attr-defined]
        page.goto(live_url + path)
        return page

    return opened


def account_of(role: Role, language: str) -> Account:
    return an_account(role, language=language)
