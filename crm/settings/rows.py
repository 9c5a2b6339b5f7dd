"""Parts and rows of pages, made once as long as they say the same: making them takes more time than all else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from functools import lru_cache, partial
from threading import Lock
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask
from markupsafe import Markup

from crm.core.clock import day_of, now
from crm.core.db import Base
from crm.settings import queries
from crm.web.addresses import root
from crm.web.csrf import PLACE, for_anybody
from crm.web.language import current_language
from crm.web.pieces import made_for_anybody, own
from crm.web.templates import for_reader

REMEMBERED = 4_000  # rows of each kind, of about a kilobyte
LONGEST = 6_000_000  # characters of all parts together: some 150 pages of lists


class Parts:
    """What was made, by all that it says; of those that were not asked for longest the text is dropped."""

    def __init__(self, longest: int) -> None:
        self.longest, self.length = longest, 0
        self.made: OrderedDict[Hashable, str] = OrderedDict()
        self.lock = Lock()

    def once(self, key: Hashable, make: Callable[[], str]) -> str:
        """The text that was made for a key, made now if there is none."""
        text = self.find(key)
        if text is None:
            text = str(make())
            self.keep(key, text)
        return text

    def find(self, key: Hashable) -> str | None:
        """The text that was made for a key; None where there is none."""
        with self.lock:
            if key in self.made:
                self.made.move_to_end(key)
            return self.made.get(key)

    def keep(self, key: Hashable, text: str) -> None:
        """Keep a text, and drop those that were not asked for longest where all together are too long."""
        with self.lock:
            self.length += len(text) - len(self.made.pop(key, ""))
            self.made[key] = text
            while self.length > self.longest:
                self.length -= len(self.made.popitem(last=False)[1])


PARTS = Parts(LONGEST)


def init_app(app: Flask) -> None:
    """Let templates say `{% set deal_row = remembered_row(deal_row) %}` after a macro that pages import, and
    `{% call(token) lasting(…) %}` around a part of a page.

    `words_stamp()` is for the key of what is kept with words of vocabularies in it.
    """
    app.jinja_env.globals.update(
        lasting=lasting, remembered_row=remembered_row, words_stamp=lambda: queries.known().stamp
    )


def lasting(name: str, *values: Any, caller: Callable[[str], str]) -> Markup:
    """A part of a page, made again when its values, the language, the day or what is set in Settings differ:
    `{% call(token) lasting("deals", listing, may_write) %}`.

    What is inside may use nothing but `values`, words and addresses; the token that it is given becomes the reader's.
    With records among the values, which can change while a page is made, it is made each time.
    """
    key = key_of(name, values)
    make = partial(with_place, caller)
    return for_reader(make() if key is None else PARTS.once(key, make))


def with_place(caller: Callable[[str], str]) -> str:
    with for_anybody():
        return caller(PLACE)


def key_of(name: str, values: tuple[Any, ...]) -> Hashable | None:
    """What a part is found by again; None where it must be made each time."""
    if queries.PINNED.get() is not None:
        return None
    try:
        key = (name, *whatever_is_shown(), *map(said, values))
        hash(key)
    except TypeError:
        return None
    return key


def whatever_is_shown() -> tuple[Hashable, ...]:
    """What pages depend on besides their values: the language, the mount point, the day, the words."""
    return current_language(), root(), day_of(now()), queries.known().stamp


def said(value: Any) -> Hashable:
    """A value by all that it says, to be compared; TypeError for records. Pages of lists know themselves: `said()`."""
    if value is None or isinstance(value, (str, int, date)):
        return value
    if isinstance(value, dict):
        return (*value, *[one if type(one) is str else said(one) for one in value.values()])
    if isinstance(value, (list, tuple)):
        rows = bool(value) and isinstance(value[0], sa.Row)
        return tuple(map(tuple, value)) if rows else (*map(said, value[:1]), *value[1:])
    if isinstance(value, Base):
        raise TypeError
    own: Callable[[], Hashable] | None = getattr(value, "said", None)
    return own() if own else cast(Hashable, value)


def remembered_piece(template: str, content: Hashable, values: Callable[[], Mapping[str, Any]]) -> Markup:
    """A piece of a page, which `content` names by all that it holds: made once in each language, on each day and with
    the same words. It may use nothing that depends on who asks; its forms get the reader's own token and keys."""
    key = (template, content, *whatever_is_shown())
    return own(PARTS.once(key, lambda: made_for_anybody(template, values)))


def remembered_row(macro: Callable[..., str], most: int = REMEMBERED) -> Callable[..., str]:
    """A macro that shows a row as it was read: made again when its values, the day or what is set in Settings differ.

    It may use nothing but its arguments, today, the words of vocabularies and addresses: no token, nobody's name or
    role. Rows that were read are remembered, and tuples of values; records, which can change while a page is made,
    never are, nor are rows with earlier words. `most`: how many are, fewer of what is large.
    """
    made = lru_cache(most, typed=True)(lambda _known, *values: macro(*values))

    def shown(row: Any, *values: Hashable) -> str:
        if not isinstance(row, (sa.Row, tuple)) or queries.PINNED.get() is not None:
            return macro(row, *values)
        return made((root(), day_of(now()), queries.known().stamp), row, *values)

    return shown
