"""Pieces of pages that are made once for many readers, until something is written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from secrets import token_hex, token_urlsafe
from typing import Any

from flask import render_template
from markupsafe import Markup

from crm.core.clock import day_of, now
from crm.core.keeping import kept
from crm.web.addresses import root
from crm.web.csrf import for_anybody, is_for_anybody
from crm.web.language import current_language
from crm.web.templates import for_reader

KEY = token_hex(20)  # stands in a piece for the key of a form; nobody can guess and write it


def made_once(
    template: str, question: Hashable, values: Callable[[], Mapping[str, Any]], keep: Callable[..., Any] = kept
) -> Markup:
    """A piece of a page, made once for a question, in each language and on each day, until something is written.

    `keep`: `until_written` for what shows nothing that was loaded before, so that it holds until one of its tables is.
    It may use nothing that depends on who asks, no name and no role, but what the question names. Its forms get the
    reader's own token, and each a key of its own.
    """
    key = ("piece", template, current_language(), root(), day_of(now()), question)
    return own(keep(key, lambda: made_for_anybody(template, values)))


def made_for_anybody(template: str, values: Callable[[], Mapping[str, Any]]) -> Markup:
    """A piece with a place where a form holds the reader's token."""
    with for_anybody():
        return Markup(render_template(template, **values()))  # noqa: S704 - a template of ours, which escapes


def own(piece: str) -> Markup:
    """A piece as its reader gets it."""
    plain = str(piece)
    if KEY in plain and not is_for_anybody():
        first, *others = plain.split(KEY)
        plain = "".join([first, *(token_urlsafe(16) + other for other in others)])
    return for_reader(plain)


def new_form_key() -> str:
    """A key that makes a form count once."""
    return KEY if is_for_anybody() else token_urlsafe(16)
