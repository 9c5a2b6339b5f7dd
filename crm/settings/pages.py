"""Pages of records, whose content is made once as long as every value that it shows is the same.

What names a content is all that the view hands to its template, read to the last value: a value that is not known to
say the same twice, a form or a function, is never kept. Beside it stand the account that reads, the address, the day,
the words and the language, so that one reader's page is never another's.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from markupsafe import Markup

from crm.core.connections import WRITING
from crm.core.db import Base
from crm.settings.rows import Parts, whatever_is_shown
from crm.web.answers import page
from crm.web.csrf import for_anybody
from crm.web.guards import actor
from crm.web.pieces import own

LONGEST = 4_500_000  # characters of all contents together: some 150, of 30,000 each
PLAIN = frozenset({str, int, bool, type(None), date, datetime, time})
CONTENTS = Parts(LONGEST)


class Unnameable(Exception):
    """A value of which nobody knows whether it says the same as another."""


@dataclass(frozen=True)
class Shown:
    """What a page shows, and what names it, which changes where something is read while the page is made."""

    name: tuple[Hashable, ...]
    values: Mapping[str, Any]


def init_app(app: Flask) -> None:
    """Let the layout ask for what is kept: `{% call kept_content(shown) %}`."""
    app.jinja_env.globals["kept_content"] = kept_content


def remembered_page(template: str, **values: Any) -> str:
    """A page whose content is made once as long as the same account is shown the same values."""
    return page(template, **values, shown_values=None if WRITING.get() else shown_by(template, values))


def shown_by(template: str, values: Mapping[str, Any]) -> Shown | None:
    """What names the content of a page; None where it cannot be kept."""
    try:
        name = (template, actor(), request.full_path, *whatever_is_shown(), name_of(values))
        hash(name)
    except (Unnameable, TypeError):
        return None
    return Shown(name, values)


def kept_content(shown: Shown | None, caller: Callable[[], Markup]) -> Markup:
    """The content of a page: as it is kept, else as it is made now."""
    if shown is None:
        return caller()
    made = CONTENTS.find(shown.name)
    if made is None:
        with for_anybody():
            made = caller()
        if name_of(shown.values) == shown.name[-1]:
            CONTENTS.keep(shown.name, made)
    return own(made)


def name_of(value: Any) -> Hashable:
    """What a value is known by: the same only where a page would show the same. Raises Unnameable."""
    kind: Any = type(value)
    return value if kind in PLAIN else reader_of(kind)(value)


def names(values: Any) -> tuple[Hashable, ...]:
    return tuple([value if type(value) in PLAIN else name_of(value) for value in values])


@cache
def reader_of(kind: type) -> Callable[[Any], Hashable]:
    """How values of a type are read. Tuples with names hold values alone, and say themselves what they are."""
    if issubclass(kind, sa.Row):
        return tuple
    if hasattr(kind, "_fields"):
        return as_it_is
    for kinds, read in READERS:
        if issubclass(kind, kinds):
            return read
    if is_dataclass(kind):
        return by_fields
    raise Unnameable(kind)


def as_it_is(value: Hashable) -> Hashable:
    return value


def by_cells(record: Base) -> Hashable:
    """By what was read of a record, and of those that were loaded with it."""
    cells = [
        (name, value if type(value) in PLAIN else name_of(value))
        for name, value in vars(record).items()
        if name != "_sa_instance_state"
    ]
    return (type(record), *cells)


def by_members(values: Any) -> Hashable:
    return type(values), names(values)


def by_set(values: Any) -> Hashable:
    return type(values), frozenset(names(values))


def by_items(values: Mapping[Any, Any]) -> Hashable:
    return type(values), names(values), names(values.values())


def by_text(value: Any) -> Hashable:
    return type(value), str(value)


def by_fields(value: Any) -> Hashable:
    kind = type(value)
    return kind, names([getattr(value, name) for name in kind.__dataclass_fields__])


READERS: tuple[tuple[Any, Callable[[Any], Hashable]], ...] = (
    (Base, by_cells),
    (Enum, as_it_is),
    ((tuple, list), by_members),
    ((set, frozenset), by_set),
    (Mapping, by_items),
    ((str, float, Decimal), by_text),
)
