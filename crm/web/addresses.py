"""Addresses in pages. A long list asks for a hundred, so each is built once, then filled in with its numbers."""

from __future__ import annotations

import hashlib
import re
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, has_request_context, request, url_for
from markupsafe import Markup

YEAR = 31_536_000
REMEMBERED = 2_000
UNLIKELY = 8_000_000_000_000_000_001  # stands for a number while a pattern is made
MOUNTED: ContextVar[str | None] = ContextVar("mounted", default=None)
KEPT: dict[tuple[str, ...], str] = {}


def init_app(app: Flask) -> None:
    """Let templates call `url_for` and `static_url`, and draw icons."""
    folder = Path(app.static_folder or "")

    @cache
    def fingerprint(path: str) -> str:
        return hashlib.sha256((folder / path).read_bytes()).hexdigest()[:12]

    @cache
    def static_at(_root: str, path: str) -> str:
        return url_for("static", filename=path, v=fingerprint(path))

    @cache
    def drawn_at(root: str, name: str) -> Markup:
        drawing = Markup('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>')
        return drawing.format(static_at(root, "img/icons.svg"), name)

    app.jinja_env.globals.update(
        url_for=address,
        static_url=lambda path: static_at(root(), path),
        draw_icon=lambda name: drawn_at(root(), name),
    )
    app.teardown_appcontext(forget)
    app.get_send_file_max_age = age_allowed  # type: ignore[assignment, method-assign]


def age_allowed(_: str | None) -> int:
    """A year for files that are addressed by their content; browsers ask after one that another script imports."""
    return YEAR if "v" in request.args else 0


def root() -> str:
    """Where the application is mounted, as the request says. A page asks some hundred times, so it is kept."""
    found = MOUNTED.get()
    return found if found is not None else find_root()


def find_root() -> str:
    if not has_request_context():
        return ""
    found = str(request.environ.get("SCRIPT_NAME", ""))
    MOUNTED.set(found)
    return found


def forget(_: object = None) -> None:
    """The next request may come by another way."""
    MOUNTED.set(None)


def address(endpoint: str, **values: Any) -> str:
    """What `url_for` gives; where all values are whole numbers or there are none, from a pattern that is made once."""
    if endpoint[0] == "." or not has_request_context():
        return url_for(endpoint, **values)
    for value in values.values():
        if type(value) is not int:
            return told_at(root(), endpoint, *values.items())
    key = (root(), endpoint, *values)
    pattern = KEPT.get(key)
    if pattern is None:
        pattern = KEPT[key] = pattern_of(endpoint, list(values))
    return pattern % values


def tidy_token(token: str) -> str:
    """The token of a link without what a chat glued to its end: a full stop, a bracket, a slash."""
    found = re.match(r"[\w-]+", token, re.ASCII)
    return found.group() if found else ""


def outside_address(endpoint: str, **values: Any) -> str:
    """The address for people outside: at CRM_BASE_URL, else at the host that was asked."""
    base = str(current_app.extensions["crm_settings"].base_url).rstrip("/")
    return base + url_for(endpoint, **values, _external=not base)


def mail_address(endpoint: str, **values: Any) -> str:
    """The address for letters and paper, which no request surrounds: at CRM_BASE_URL, else where we listen."""
    settings = current_app.extensions["crm_settings"]
    base = str(settings.base_url).rstrip("/") or f"http://{settings.host}:{settings.port}"
    return base + current_app.url_map.bind("").build(endpoint, values)


@lru_cache(REMEMBERED)
def told_at(_root: str, endpoint: str, *values: tuple[str, Any]) -> str:
    """An address that names something by a word; the same few stand on every page."""
    return url_for(endpoint, **dict(values))


def pattern_of(endpoint: str, names: list[str]) -> str:
    """The address of an endpoint with `%(name)s` in the place of each number."""
    places: dict[str, Any] = {name: UNLIKELY + position for position, name in enumerate(names)}
    pattern = url_for(endpoint, **places).replace("%", "%%")
    for name, place in places.items():
        pattern = pattern.replace(str(place), f"%({name})s")
    return pattern
