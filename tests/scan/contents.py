"""What of a site is scanned: each view, and each name that it takes, once: whatever number of records it shows."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.support.nodes import Client

ENDS_THE_VISIT = re.compile(r"/(sign-out|language|undo|password|account)\b")
NAMED, ROW = "input[name], select[name], textarea[name]", re.compile(r"^[\w-]{16}:|\d+")
View = Callable[[str, str], str]  # the name of the view that answers a method and a path


@dataclass
class Contents:
    """The views of a site, as somebody's pages link to them.

    `views`: an address of each. `asking`: one for each name that a view may be asked with. `forms`: the markup of
    as many forms as it takes to have each of their `fields`.
    """

    base: str
    view: View
    views: dict[str, str] = field(default_factory=dict)
    asking: dict[tuple[str, str], str] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)
    fields: set[tuple[str, str]] = field(default_factory=set)

    def page(self) -> str:
        """One page that links to all of it."""
        addresses = sorted({*self.views.values(), *self.asking.values()})
        links = "".join(f'<a href="{self.base}{address.replace("&", "&amp;")}">.</a>' for address in addresses)
        return f"<!doctype html><title>Contents</title>{links}{''.join(self.forms)}"

    def marked(self) -> list[str]:
        """The addresses that ask, each with a star behind the one value that sqlmap changes."""
        return [f"{self.base}{with_star(address, name)}" for (_, name), address in self.asking.items()]

    def read(self, path: str, html: str) -> Iterator[str]:
        """Take in what a page leads to; yields the addresses of views that were not seen before."""
        tree = LexborHTMLParser(html)
        for link in tree.css("a[href]"):
            yield from self.note(urljoin(path, link.attributes["href"] or ""))
        for form in tree.css("form"):
            action = urljoin(path, form.attributes.get("action") or path)
            if (form.attributes.get("method") or "get").lower() == "get":
                yield from self.note(f"{urlsplit(action).path}?{urlencode(fields_of(form))}")
            elif not ENDS_THE_VISIT.search(action):
                form.attrs["action"] = self.base + action
                view = self.view("POST", urlsplit(action).path)
                fields = {(view, name) for name in without_more_rows(form)}
                if not fields <= self.fields:
                    self.fields |= fields
                    self.forms.append(form.html or "")

    def note(self, address: str) -> Iterator[str]:
        parts = urlsplit(address)
        if parts.netloc or parts.path.startswith("/static") or ENDS_THE_VISIT.search(parts.path):
            return
        view = self.view("GET", parts.path)
        for name, _ in parse_qsl(parts.query, keep_blank_values=True):
            self.asking.setdefault((view, name), f"{parts.path}?{parts.query}")
        if view not in self.views:
            self.views[view] = parts.path
            yield parts.path


def contents(client: Client, base: str, view: View) -> Contents:
    """Walk through a site from its first page on."""
    found = Contents(base, view)
    waiting = deque(found.note("/"))
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status in (302, 303):
            waiting += found.note(urljoin(path, answer.headers["Location"]))
        elif answer.status == 200 and answer.headers.get_content_type() == "text/html":
            waiting += found.read(path, answer.text)
    return found


def without_more_rows(form: LexborNode) -> set[str]:
    """The names of a form's fields; those of a table stay in its first row alone."""
    kept: dict[str, str] = {}
    for one in form.css(NAMED):
        name = str(one.attributes["name"])
        if kept.setdefault(ROW.sub("", name), name) != name:
            one.decompose()
    return set(kept)


def fields_of(form: LexborNode) -> list[tuple[str, str]]:
    return [(str(one.attributes["name"]), one.attributes.get("value") or "") for one in form.css(NAMED)]


def with_star(address: str, name: str) -> str:
    path, _, query = address.partition("?")
    asked = [(one, value + "*" * (one == name)) for one, value in parse_qsl(query, keep_blank_values=True)]
    return f"{path}?{urlencode(asked, safe='*')}"


@contextmanager
def served(page: str) -> Iterator[str]:
    """The address of a site of one page, which ends with the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
