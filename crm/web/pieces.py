"""Pieces of pages that are made once for many readers, until something is written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from secrets import token_hex, token_urlsafe
from typing import Any

from flask import g, render_template
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from crm.core.clock import day_of, now
from crm.core.keeping import kept
from crm.web.addresses import root
from crm.web.language import current_language

# What stands in a piece for the reader's token and for the key of a form; nobody can guess and write them.
TOKEN, KEY = token_hex(20), token_hex(20)


def made_once(template: str, question: Hashable, values: Callable[[], Mapping[str, Any]]) -> Markup:
    """A piece of a page, made once for a question, in each language and on each day, until something is written.

    It may use nothing that depends on who asks, no name and no role, but what the question names. Its forms get the
    reader's own token, and each a key of its own.
    """
    key = ("piece", template, current_language(), root(), day_of(now()), question)
    return own(kept(key, lambda: for_anybody(template, values)))


def for_anybody(template: str, values: Callable[[], Mapping[str, Any]]) -> Markup:
    """A piece with `TOKEN` where a form holds the reader's token."""
    readers = g.pop("csrf_token", None)
    g.csrf_token = TOKEN
    try:
        return Markup(render_template(template, **values()))  # noqa: S704 - a template of ours, which escapes
    finally:
        del g.csrf_token
        if readers is not None:
            g.csrf_token = readers


def own(piece: Markup) -> Markup:
    """A piece as its reader gets it."""
    if TOKEN in piece:
        piece = piece.replace(TOKEN, generate_csrf())
    while KEY in piece and not is_for_anybody():
        piece = piece.replace(KEY, token_urlsafe(16), 1)
    return piece


def is_for_anybody() -> bool:
    """True while a piece is made."""
    return bool(g.get("csrf_token") == TOKEN)


def new_form_key() -> str:
    """A key that makes a form count once."""
    return KEY if is_for_anybody() else token_urlsafe(16)
