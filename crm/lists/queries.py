"""Reading what an account keeps of a list."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.core.db import db
from crm.core.keeping import kept
from crm.lists.models import SavedView


@dataclass(frozen=True)
class View:
    """A saved view as lists show it."""

    id: int
    name: str
    query: str
    columns: tuple[str, ...]
    is_shared: bool
    is_own: bool


@dataclass(frozen=True)
class Kept:
    """How an account sees a list: its own columns, () for the usual ones; the views, its own first; the last one."""

    columns: tuple[str, ...]
    views: tuple[View, ...]
    last_id: int | None

    def view(self, view_id: str) -> View | None:
        """The view that an address names."""
        return next((one for one in self.views if str(one.id) == view_id), None)

    @property
    def last(self) -> View | None:
        """The view that was opened last."""
        return self.view(str(self.last_id))


def kept_of(actor: Actor, kind: str) -> Kept:
    """What an account keeps of a list, and the views that colleagues share."""
    return kept(("views", actor.id, kind), lambda: read(actor, kind))


def read(actor: Actor, kind: str) -> Kept:
    rows = db.session.execute(ROWS, {"account_id": actor.id, "kind": kind}).all()
    own = next((row for row in rows if not row.name), None)
    views = tuple(
        View(row.id, row.name, row.query, row.columns, row.is_shared, row.account_id == actor.id)
        for row in rows
        if row.name
    )
    return Kept(own.columns if own else (), views, own.last_id if own else None)


MINE = SavedView.account_id == sa.bindparam("account_id")
ROWS = (
    sa.select(
        SavedView.id,
        SavedView.account_id,
        SavedView.name,
        SavedView.query,
        SavedView.columns,
        SavedView.is_shared,
        SavedView.last_id,
    )
    .where(
        SavedView.kind == sa.bindparam("kind"),
        SavedView.archived_at.is_(None),
        sa.or_(MINE, SavedView.is_shared.is_(True)),
    )
    .order_by(sa.case((MINE, 0), else_=1), SavedView.id)
)


def find_view(actor: Actor, view_id: int) -> SavedView | None:
    """A view of one's own."""
    named = SavedView.name != ""
    return db.session.scalar(
        sa.select(SavedView).where(SavedView.id == view_id, SavedView.account_id == actor.id, named)
    )


def view_called(actor: Actor, kind: str, name: str) -> SavedView | None:
    """An account's own view of that name, put away or not; the row of its own choices for ""."""
    same = (SavedView.account_id == actor.id, SavedView.kind == kind, SavedView.name == name)
    return db.session.scalar(sa.select(SavedView).where(*same))


def count_of(actor: Actor, kind: str) -> int:
    """How many views of a list an account keeps."""
    mine = (SavedView.account_id == actor.id, SavedView.kind == kind, SavedView.name != "")
    return db.session.scalar(sa.select(sa.func.count()).where(*mine, SavedView.archived_at.is_(None))) or 0
