"""Keeping views and columns of lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crm.accounts.models import Account
from crm.audit import actions as audit
from crm.core.db import db
from crm.core.errors import Refusal
from crm.lib.text import N_
from crm.lists.models import SavedView
from crm.lists.queries import count_of, find_view, view_called

MOST_VIEWS = 20


@dataclass(frozen=True)
class ViewValues:
    """What a form says about a view."""

    name: str
    query: str
    columns: tuple[str, ...]
    is_shared: bool


def save_view(account: Account, kind: str, values: ViewValues, *, by: Account, at: datetime) -> SavedView:
    """Keep a view; one of the same name is replaced. Raises Refusal where an account has very many."""
    view = view_called(account, kind, values.name)
    if view is not None:
        view.archived_at = None
        change_view(view, values, by=by, at=at)
        return view
    if count_of(account, kind) >= MOST_VIEWS:
        raise Refusal({"name": N_("Delete a view first: %(most)s are as many as fit above a list.", most=MOST_VIEWS)})
    view = SavedView(account_id=account.id, kind=kind, **vars(values))
    db.session.add(view)
    audit.record(view, "created", by=by, at=at, name=view.name)
    return view


def change_view(view: SavedView, values: ViewValues, *, by: Account, at: datetime) -> None:
    """Change a view. Raises Refusal when another one has its name."""
    with db.session.no_autoflush:
        other = view_called(by, view.kind, values.name)
        if other is not None and other is not view:
            raise Refusal({"name": N_("You have another view of that name.")})
        for key, value in vars(values).items():
            setattr(view, key, value)
        audit.record_change(view, by=by, at=at, name=view.name)


def archive(view: SavedView, *, by: Account, at: datetime) -> None:
    """Take a view away."""
    view.archived_at = at
    audit.record(view, "archived", by=by, at=at, name=view.name)


def restore(view: SavedView, *, by: Account, at: datetime) -> None:
    """Bring a view back."""
    view.archived_at = None
    audit.record(view, "restored", by=by, at=at, name=view.name)


def choose_columns(account: Account, kind: str, columns: tuple[str, ...], *, view_id: int | None = None) -> None:
    """Which columns an account sees in a view of its own, or where no view says otherwise; () for the usual ones."""
    view = find_view(account, view_id) if view_id else None
    (view or own_choice(account, kind)).columns = columns


def remember(account: Account, kind: str, view_id: int | None) -> None:
    """Open the list with this view from now on."""
    own_choice(account, kind).last_id = view_id


def own_choice(account: Account, kind: str) -> SavedView:
    choice = view_called(account, kind, "")
    if choice is None:
        choice = SavedView(account_id=account.id, kind=kind)
        db.session.add(choice)
    return choice
