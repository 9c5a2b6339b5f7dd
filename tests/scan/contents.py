"""What of a site is scanned: each view, and each name that it takes, once: whatever number of records it shows.

What costs a hundred requests a name is tried on few of them, in which each name is once: which view's it is, is another
one each time.
"""

from __future__ import annotations

import random
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.support.nodes import Client

ENDS_THE_VISIT = re.compile(r"/(sign-out|language|undo|password|account)\b")
NAMED, ROW = "input[name], select[name], textarea[name]", re.compile(r"^[\w-]{16}:|\d+")
T = TypeVar("T")
View = Callable[[str, str], str]  # the name of the view that answers a method and a path


class Form(NamedTuple):
    """The markup of a form, and the names of its fields."""

    markup: str
    names: frozenset[str]


@dataclass
class Contents:
    """The views of a site, as somebody's pages link to them.

    `views`: an address of each. `asking`: one for each name that a view may be asked with. `forms`: as many as it takes
    to have each of their `fields`.
    """

    base: str
    view: View
    views: dict[str, str] = field(default_factory=dict)
    asking: dict[tuple[str, str], str] = field(default_factory=dict)
    forms: list[Form] = field(default_factory=list)
    fields: set[tuple[str, str]] = field(default_factory=set)

    def everything(self) -> str:
        """One page that links to all of it."""
        return self.page({*self.views.values(), *self.asking.values()}, self.forms)

    def each_name_once(self, known: set[str]) -> str:
        """One page of few addresses and forms, which take every name that is not known yet; it is then."""
        asked = few({address: names_in(address) for address in self.asking.values()}, known)
        return self.page(asked, few({form: form.names for form in self.forms}, known))

    def page(self, addresses: Iterable[str], forms: Iterable[Form]) -> str:
        """One page that links to some of it."""
        links = [f'<a href="{self.base}{address.replace("&", "&amp;")}">.</a>' for address in sorted(addresses)]
        return f"<!doctype html><title>Contents</title>{''.join(links)}{''.join(form.markup for form in forms)}"

    def marked(self) -> list[str]:
        """An address for each name that there is, with a star behind the one value that sqlmap changes."""
        chosen = dict(sorted(((name, address) for (_, name), address in self.asking.items()), key=by_chance))
        return [f"{self.base}{with_star(address, name)}" for name, address in chosen.items()]

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
                make_absolute(form, self.base, path)
                view = self.view("POST", urlsplit(action).path)
                fields = {(view, name) for name in without_more_rows(form)}
                if not fields <= self.fields:
                    self.fields |= fields
                    self.forms.append(Form(form.html or "", frozenset(name for _, name in fields)))

    def note(self, address: str) -> Iterator[str]:
        parts = urlsplit(address)
        if parts.netloc or parts.path.startswith("/static") or ENDS_THE_VISIT.search(parts.path):
            return
        view = self.view("GET", parts.path)
        for name in names_in(address):
            self.asking.setdefault((view, name), f"{parts.path}?{parts.query}")
        if view not in self.views:
            self.views[view] = parts.path
            yield parts.path


def make_absolute(form: LexborNode, base: str, path: str) -> None:
    """Let a form lead to the same addresses from another site, and to no other pages."""
    for link in form.css("a"):
        link.decompose()
    form.attrs["action"] = base + urljoin(path, form.attributes.get("action") or path)
    for button in form.css("[formaction]"):
        button.attrs["formaction"] = base + urljoin(path, button.attributes["formaction"] or path)


def contents(client: Client, base: str, view: View, addresses: Iterable[str] = ()) -> Contents:
    """Walk through a site from its first page on, and from some addresses."""
    found = Contents(base, view)
    opened = [address for address in addresses if client.get(address).status == 200]
    waiting = deque(new for address in ("/", *opened) for new in found.note(address))
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status in (302, 303):
            waiting += found.note(urljoin(path, answer.headers["Location"]))
        elif answer.status == 200 and answer.headers.get_content_type() == "text/html":
            waiting += found.read(path, answer.text)
    return found


def few(named: Mapping[T, frozenset[str]], known: set[str]) -> list[T]:
    """As few as it takes, by and large, to have every name that is not known yet; it is then."""
    chosen = []
    for one in sorted(sorted(named, key=by_chance), key=lambda one: -len(named[one])):
        if not named[one] <= known:
            known |= named[one]
            chosen.append(one)
    return chosen


def by_chance(_: object) -> float:
    return random.random()  # noqa: S311 - no secret


def names_in(address: str) -> frozenset[str]:
    return frozenset(name for name, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True))


def without_more_rows(form: LexborNode) -> set[str]:
    """The names of a form's fields: of a table those in its first row alone, of one choice its first box."""
    kept: dict[str, str] = {}
    for one in form.css(NAMED):
        name = str(one.attributes["name"])
        row = ROW.sub("", name)
        if row in kept:
            one.decompose()
        kept.setdefault(row, name)
    return set(kept.values())


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
