"""One request, one transaction, inside Flask's error handling.

An unsafe request that ends well commits; anything else rolls back, and with it go the flashes that said it was done.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any, TypeVar, cast

from flask import Flask, Request, Response, abort, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from crm.core.db import recorded, unit_of_work
from crm.core.origin import coming_from
from crm.lib.spans import write_spans
from crm.web.templates import TranslatedEnvironment

TYPED_AT_MOST = 1024 * 1024
LAST_CHANGE = "last_change"
MOST_CHANGES = 400
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
F = TypeVar("F", bound=Callable[..., Any])


class RolledBack(Exception):
    """Carries the answer of a refused request out of its unit of work, which rolls back."""

    def __init__(self, answer: ResponseReturnValue) -> None:
        super().__init__()
        self.answer = answer


class TransactionalFlask(Flask):
    """Flask whose dispatch is the unit of work, and whose templates speak the reader's language."""

    jinja_environment = TranslatedEnvironment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view is asynchronous; Flask would look at each and every hook again with each request."""
        return func

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Allow typed fields less room than uploads, before anything reads them."""
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = TYPED_AT_MOST
        if request.is_json:
            abort(415)  # no page sends it, and a form would take its numbers and lists for text
        if holds_nul(request):
            abort(400)  # PostgreSQL keeps no such text, and nobody types it
        return super().preprocess_request()

    def full_dispatch_request(self) -> Response:
        """Let the history name the address that a request came from."""
        with coming_from(request.remote_addr or ""):
            return super().full_dispatch_request()

    def dispatch_request(self) -> ResponseReturnValue:
        if request.endpoint in (None, "static") or request.routing_exception is not None:
            return super().dispatch_request()
        if getattr(self.view_functions[request.endpoint], "own_transactions", False):
            return super().dispatch_request()
        if request.method in SAFE:
            with unit_of_work(write=False):
                return super().dispatch_request()
        request.get_data(parse_form_data=True)  # a slow upload must not hold the write lock
        if first := getattr(self.view_functions[request.endpoint], "first", None):
            first()
        flashes = session.get("_flashes", [])
        try:
            return self._dispatch_writing()
        except RolledBack as rolled_back:
            restore_flashes(flashes)
            return rolled_back.answer
        except BaseException:
            restore_flashes(flashes)
            raise

    def _dispatch_writing(self) -> ResponseReturnValue:
        with unit_of_work(write=True) as unit:
            answer = self.make_response(super().dispatch_request())
            if answer.status_code >= 400:
                raise RolledBack(answer)
        offer_undo([entry.id for entry in recorded(unit)])
        return answer


def offer_undo(entries: list[int]) -> None:
    """Remember what this request wrote into the history, for the message on the next page."""
    if 0 < len(entries) <= MOST_CHANGES:
        session[LAST_CHANGE] = write_spans(entries)
    else:
        session.pop(LAST_CHANGE, None)


def holds_nul(asked: Request) -> bool:
    """True when a NUL character stands in the query or in a field; pages that are only asked for have no fields."""
    if asked.method in SAFE and b"%00" not in asked.query_string and b"\0" not in asked.query_string:
        return False
    typed = chain(asked.args.items(multi=True), asked.form.items(multi=True))
    return any("\0" in name or "\0" in value for name, value in typed)


def restore_flashes(flashes: list[Any]) -> None:
    if flashes or "_flashes" in session:
        session["_flashes"] = flashes


def own_transactions(view: F) -> F:
    """Mark a view that opens short units of work itself, because a part must outlive a refused request."""
    cast(Any, view).own_transactions = True
    return view


def begins_with(first: Callable[[], None]) -> Callable[[F], F]:
    """Mark a view before whose unit of work something is done that outlives a refused request."""

    def mark(view: F) -> F:
        cast(Any, view).first = first
        return view

    return mark


def short_unit(*, write: bool) -> AbstractContextManager[Session]:
    """A unit of work for views marked with `own_transactions`."""
    return unit_of_work(write=write)
