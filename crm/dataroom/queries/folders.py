"""Reading the folders of data rooms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.core.db import db
from crm.dataroom.models import Folder, Room
from crm.dataroom.policies import folders_open_to


def folders_of(room: Room) -> Sequence[Folder]:
    """The folders of a room, each before those that lie in it, by name."""
    statement = sa.select(Folder).where(Folder.room_id == room.id, Folder.archived_at.is_(None))
    found = db.session.scalars(statement.order_by(Folder.id)).all()
    names = {one.id: one.name for one in found}
    return sorted(found, key=lambda one: [(names.get(around, ""), around) for around in one.around])


def folder_names(account: Account, startup_id: int, day: date) -> dict[int, str]:
    """{folder: its name} of those about a startup that an investor may know of."""
    mine = folders_open_to(account.id, account.institution_id, day)
    found = sa.select(Folder.id, Folder.name).join(Folder.room).where(Room.startup_id == startup_id, mine)
    return {row[0]: row[1] for row in db.session.execute(found)}


def folders_in(folder: Folder) -> Sequence[Folder]:
    """A folder and all that lie in it."""
    inside = sa.select(Folder).where(Folder.path.startswith(folder.path), Folder.archived_at.is_(None))
    return db.session.scalars(inside.order_by(Folder.path)).all()


def folder_called(room_id: int, parent_id: int | None, name: str) -> Folder | None:
    """The folder of exactly this name in another one, or in none."""
    there = sa.select(Folder).where(Folder.room_id == room_id, Folder.parent_id.is_not_distinct_from(parent_id))
    return db.session.scalar(there.where(Folder.name == name, Folder.archived_at.is_(None)))
