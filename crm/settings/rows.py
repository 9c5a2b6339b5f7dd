"""Rows of lists, made once as long as they say the same: a page of rows takes more time than all else of a list."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Flask

from crm.core.clock import day_of, now
from crm.settings import queries
from crm.web.addresses import root

REMEMBERED = 4_000  # rows of each kind, of about a kilobyte


def init_app(app: Flask) -> None:
    """Let templates say `{% set deal_row = remembered_row(deal_row) %}` after a macro that pages import.

    `words_stamp()` is for the key of what is kept with words of vocabularies in it.
    """
    app.jinja_env.globals.update(remembered_row=remembered_row, words_stamp=lambda: queries.known().stamp)


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
