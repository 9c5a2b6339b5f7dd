"""Rows of lists, made once as long as they say the same: a page of rows takes more time than all else of a list."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template
from markupsafe import Markup

from crm.core.clock import day_of, now
from crm.settings import queries
from crm.web.addresses import root
from crm.web.language import current_language

REMEMBERED = 4_000  # rows of each kind, of about a kilobyte
PIECES = 1_000  # pieces of pages, of some kilobytes
MADE: OrderedDict[Hashable, Markup] = OrderedDict()


def init_app(app: Flask) -> None:
    """Let templates say `{% set deal_row = remembered_row(deal_row) %}` after a macro that pages import.

    `words_stamp()` is for the key of what is kept with words of vocabularies in it.
    """
    app.jinja_env.globals.update(remembered_row=remembered_row, words_stamp=lambda: queries.known().stamp)


def remembered_piece(template: str, content: Hashable, values: Callable[[], Mapping[str, Any]]) -> Markup:
    """A piece of a page about something that never changes, which `content` names by all that it holds: made once in
    each language, on each day and with the same words. It may use nothing that depends on who asks."""
    key = (template, content, current_language(), root(), day_of(now()), queries.known().stamp)
    found = MADE.pop(key, None)
    if found is None:
        found = Markup(render_template(template, **values()))  # noqa: S704 - a template of ours, which escapes
        while len(MADE) >= PIECES:
            MADE.popitem(last=False)
    MADE[key] = found
    return found


def remembered_row(macro: Callable[..., str]) -> Callable[..., str]:
    """A macro that shows a row as it was read: made again when its values, the day or what is set in Settings differ.

    It may use nothing but its arguments, today, the words of vocabularies and addresses: no token, nobody's name or
    role. Rows that were read are remembered, and tuples of values; records, which can change while a page is made,
    never are, nor are rows with earlier words.
    """
    made = lru_cache(REMEMBERED, typed=True)(lambda _known, *values: macro(*values))

    def shown(row: Any, *values: Hashable) -> str:
        if not isinstance(row, (sa.Row, tuple)) or queries.PINNED.get() is not None:
            return macro(row, *values)
        return made((root(), day_of(now()), queries.known().stamp), row, *values)

    return shown
