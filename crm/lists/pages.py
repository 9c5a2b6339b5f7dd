"""A list as an account sees it: its views as tabs, its columns, the bar for ticked rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, request

from crm.core.listing import Slice
from crm.lists.queries import Kept, View, kept_of
from crm.web.addresses import address as address_of
from crm.web.answers import go
from crm.web.guards import actor
from crm.web.lists import MOST_AT_ONCE, Listing, ListKind, address, without_place

VIEW, ALL = "view", "all"


@dataclass
class KeptListing(Listing):
    """A page of a list with what the account keeps of it. `shown`: the keys of its columns, "tick" for boxes."""

    kind: ListKind = field(kw_only=True)
    kept: Kept = field(kw_only=True)
    shown: tuple[str, ...] = field(kw_only=True)
    most_at_once: int = MOST_AT_ONCE

    @property
    def view(self) -> View | None:
        """The view that is open."""
        return self.kept.view(self.arguments.get(VIEW, ""))

    @property
    def asked(self) -> dict[str, str]:
        """What the address asks for, without saying which view that is."""
        return {key: value for key, value in without_place(self.arguments).items() if key != VIEW}

    @property
    def view_query(self) -> str:
        """The same as a view keeps it."""
        return address("", self.asked).removeprefix("?")

    @property
    def differs(self) -> bool:
        """True when the filters or the sort of the open view were changed."""
        return self.view is not None and dict(parse_qsl(self.view.query)) != self.asked

    @property
    def to_remember(self) -> str | None:
        """The view that this page opens when the account opened another one last: its id or "all"."""
        opened = self.arguments.get(VIEW)
        last = str(self.kept.last.id) if self.kept.last else ALL
        return opened if opened and opened != last and (self.view or opened == ALL) else None

    @property
    def all_at_once(self) -> str:
        """How many match, when they may be changed together."""
        few = self.counted and not self.capped and self.count <= MOST_AT_ONCE
        return str(self.count) if few and self.count > len(self.rows) else ""

    @property
    def all_href(self) -> str:
        """The whole list."""
        return address(self.path, self.nothing)

    def said(self) -> tuple[Hashable, ...]:
        """The same, with what the account keeps of it."""
        return (*super().said(), self.kind.name, self.kept, self.shown)

    def view_href(self, view: View) -> str:
        """The list as a view shows it."""
        return view_address(self.path, view)


def view_address(path: str, view: View) -> str:
    return address(path, {**dict(parse_qsl(view.query)), VIEW: str(view.id)})


def kept_listing(
    kind: ListKind, found: Slice, filters: Sequence[tuple[str, str, str]], *, may_write: bool
) -> KeptListing:
    """The page of a list that accounts keep views of. `may_write`: rows can be ticked and changed together."""
    arguments = {key: value for key, value in request.args.items() if value}
    kept = kept_of(actor(), kind.name)
    view = kept.view(arguments.get(VIEW, ""))
    shown = kind.among((view and view.columns) or kept.columns) or kind.at_first
    listing = KeptListing(
        found,
        request.path,
        arguments,
        nothing={VIEW: ALL} if kept.last else {},
        kind=kind,
        kept=kept,
        shown=("tick", *shown) if may_write else shown,
    )
    listing.take_filters(filters)
    return listing


def opens_last_view(kind: ListKind) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The page of a list that, where its address asks for nothing, shows the view that was opened last."""

    def decorate(page: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(page)
        def opened(**arguments: Any) -> Any:
            last = None if request.args else kept_of(actor(), kind.name).last
            return go(view_address(request.path, last)) if last else page(**arguments)

        return opened

    return decorate


def init_app(app: Flask, kinds: Sequence[ListKind]) -> None:
    """Make lists known to their routes and to tables: `list_kinds.deals`."""
    app.extensions["crm_lists"] = app.jinja_env.globals["list_kinds"] = {kind.name: kind for kind in kinds}


def page_of(kind: ListKind) -> str:
    """The address of a list."""
    return address_of(kind.endpoint)
