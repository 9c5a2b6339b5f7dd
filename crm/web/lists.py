"""A list page: its filters, sort and place live in the URL, so that a view can be shared."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import request

from crm.core.listing import Place, Slice
from crm.web.names import ticked

REMEMBERED = 2_000
MOST_AT_ONCE = 200  # rows that are changed together: as many as one undo takes back


@dataclass(frozen=True)
class Chip:
    """A filter that is on: its name, its value in words, and the address without it."""

    label: str
    value: str
    remove_href: str


@dataclass(frozen=True)
class Column:
    """What a list can show of its records. `sort`: the sort by it; `at_first`: shown until somebody chooses."""

    key: str
    label: Any
    sort: str = ""
    num: bool = False
    at_first: bool = True


@dataclass(frozen=True)
class ListKind:
    """A list of which everybody chooses columns, keeps views and ticks rows.

    `endpoint`: its page. `usual`: (name, end of the address) of the views that everybody has.
    """

    name: str
    endpoint: str
    columns: tuple[Column, ...]
    usual: tuple[tuple[Any, str], ...] = ()

    @property
    def at_first(self) -> tuple[str, ...]:
        """What it shows until somebody chooses."""
        return tuple(column.key for column in self.columns if column.at_first)

    def among(self, keys: Collection[str]) -> tuple[str, ...]:
        """Those of its columns that are named."""
        return tuple(column.key for column in self.columns if column.key in keys)


@dataclass
class Listing:
    """What a template needs to show one page of a list."""

    slice: Slice
    path: str
    arguments: dict[str, str]
    chips: list[Chip] = field(default_factory=list)
    nothing: dict[str, str] = field(default_factory=dict)  # what an address says that asks for nothing

    @property
    def rows(self) -> Sequence[Any]:
        """The rows of this page."""
        return self.slice.rows

    @property
    def count(self) -> int:
        """How many rows match, counted to 1,000."""
        return self.slice.count

    @property
    def counted(self) -> bool:
        """False where counting would take longer than the page."""
        return self.slice.counted

    @property
    def capped(self) -> bool:
        """True when there are more than were counted."""
        return self.slice.capped

    @property
    def sort(self) -> str:
        """The column that the rows are sorted by."""
        return self.slice.sort

    @property
    def descending(self) -> bool:
        """True from the largest to the smallest."""
        return self.slice.descending

    @property
    def is_filtered(self) -> bool:
        """True when a filter is on, so that an empty list means "no match"."""
        return bool(self.chips)

    @property
    def clear_href(self) -> str:
        """The address without any filter."""
        return address(self.path, self.nothing)

    @property
    def next_href(self) -> str | None:
        """The address of the next page, None on the last."""
        return self._href(after=self.slice.next_cursor) if self.slice.next_cursor else None

    @property
    def previous_href(self) -> str | None:
        """The address of the page before, None on the first."""
        return self._href(before=self.slice.previous_cursor) if self.slice.previous_cursor else None

    @property
    def query(self) -> str:
        """The filters and the sort as the end of an address, for another page about the same rows."""
        return address("", without_place(self.arguments))

    def said(self) -> tuple[Hashable, ...]:
        """All that a template can show of it, to be compared; TypeError where the rows are records."""
        found = self.slice
        return (
            self.path,
            *self.arguments.items(),
            *self.chips,
            *self.nothing.items(),
            found.count,
            found.capped,
            found.counted,
            found.sort,
            found.descending,
            found.next_cursor,
            found.previous_cursor,
            *map(tuple, found.rows),
        )

    def sort_href(self, key: str) -> str:
        """The address that sorts by a column, the other way round when it already does."""
        down = not self.descending if key == self.sort else False
        return self._href(sort=key, down="1" if down else "0")

    def with_argument(self, name: str, value: str) -> str:
        """The address of this view with one more filter."""
        return self._href(**{name: value})

    def take_filters(self, filters: Sequence[tuple[str, str, str]]) -> None:
        """Show the filters that are on, (argument, label, value in words), each with a way to take it off."""
        self.chips = [Chip(label, value, self._href(**{name: None})) for name, label, value in filters]

    def _href(self, **changed: str | None) -> str:
        asked = {key: value for key, value in {**without_place(self.arguments), **changed}.items() if value}
        return address(self.path, asked or self.nothing)


def place_from_request() -> Place:
    """The sort and cursor that the URL asks for."""
    arguments = request.args
    down = {"1": True, "0": False}.get(arguments.get("down", ""))
    return Place(arguments.get("sort", ""), down, arguments.get("after", ""), arguments.get("before", ""))


def listing(found: Slice, filters: Sequence[tuple[str, str, str]]) -> Listing:
    """The list page for this request. `filters`: (argument, label, value in words) of those that are on."""
    arguments = {key: value for key, value in request.args.items() if value}
    shown = Listing(found, request.path, arguments)
    shown.take_filters(filters)
    return shown


def without_place(arguments: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in arguments.items() if key not in ("after", "before")}


def rows_meant(most: int) -> Place:
    """The rows that a button below a list is about: those that are ticked, else all that match what the URL asks."""
    only = None if request.form.get("all") else tuple(ticked("pick")[:MOST_AT_ONCE])
    return replace(place_from_request(), after="", before="", size=most, only=only)


def address(path: str, arguments: dict[str, str | None] | dict[str, str]) -> str:
    query = query_of(tuple((key, value) for key, value in arguments.items() if value))
    return f"{path}?{query}" if query else path


@lru_cache(REMEMBERED)
def query_of(arguments: tuple[tuple[str, str], ...]) -> str:
    """Filters as the end of an address; a page of figures leads to two hundred."""
    return urlencode(arguments)
