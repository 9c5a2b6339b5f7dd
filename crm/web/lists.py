"""A list page: its filters, sort and place live in the URL, so that a view can be shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import request

from crm.core.listing import Place, Slice

REMEMBERED = 2_000


@dataclass(frozen=True)
class Chip:
    """A filter that is on: its name, its value in words, and the address without it."""

    label: str
    value: str
    remove_href: str


@dataclass
class Listing:
    """What a template needs to show one page of a list."""

    slice: Slice
    path: str
    arguments: dict[str, str]
    chips: list[Chip] = field(default_factory=list)

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
        return self.path

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

    def sort_href(self, key: str) -> str:
        """The address that sorts by a column, the other way round when it already does."""
        down = not self.descending if key == self.sort else False
        return self._href(sort=key, down="1" if down else "0")

    def with_argument(self, name: str, value: str) -> str:
        """The address of this view with one more filter."""
        return self._href(**{name: value})

    def _href(self, **changed: str | None) -> str:
        return address(self.path, {**without_place(self.arguments), **changed})


def place_from_request() -> Place:
    """The sort and cursor that the URL asks for."""
    arguments = request.args
    down = {"1": True, "0": False}.get(arguments.get("down", ""))
    return Place(arguments.get("sort", ""), down, arguments.get("after", ""), arguments.get("before", ""))


def listing(found: Slice, filters: Sequence[tuple[str, str, str]]) -> Listing:
    """The list page for this request. `filters`: (argument, label, value in words) of those that are on."""
    arguments = {key: value for key, value in request.args.items() if value}
    chips = [
        Chip(
            label,
            value,
            address(request.path, {k: v for k, v in without_place(arguments, keep_sort=True).items() if k != name}),
        )
        for name, label, value in filters
    ]
    return Listing(found, request.path, arguments, chips)


def without_place(arguments: dict[str, str], *, keep_sort: bool = True) -> dict[str, str]:
    dropped = {"after", "before"} | (set() if keep_sort else {"sort", "down"})
    return {key: value for key, value in arguments.items() if key not in dropped}


def address(path: str, arguments: dict[str, str | None] | dict[str, str]) -> str:
    query = query_of(tuple((key, value) for key, value in arguments.items() if value))
    return f"{path}?{query}" if query else path


@lru_cache(REMEMBERED)
def query_of(arguments: tuple[tuple[str, str], ...]) -> str:
    """Filters as the end of an address; a page of figures leads to two hundred."""
    return urlencode(arguments)
