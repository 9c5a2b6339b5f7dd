"""Reading which files are on their way into rooms."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account
from crm.core.db import db
from crm.dataroom.models import PartialFile, Room
from crm.dataroom.policies import may_manage
from crm.dataroom.queries import ROOM_OPTIONS


def find_partial_file(account: Account, file_id: int) -> PartialFile | None:
    """A file that somebody began to send, for nobody else."""
    if not may_manage(account):
        return None
    statement = sa.select(PartialFile).options(
        joinedload(PartialFile.room).options(*ROOM_OPTIONS),
        joinedload(PartialFile.folder),
        joinedload(PartialFile.document),
    )
    return db.session.scalar(statement.where(PartialFile.id == file_id, PartialFile.account_id == account.id))


def unfinished(room: Room, account: Account) -> sa.Select[PartialFile]:
    """The files that somebody began to send to a room and that are not whole."""
    mine = (PartialFile.room_id == room.id, PartialFile.account_id == account.id, PartialFile.is_whole.is_(False))
    return sa.select(PartialFile).where(*mine).order_by(PartialFile.id)


def unfinished_in(room: Room, account: Account) -> Sequence[PartialFile]:
    """The same, with the folder or the document that they go to."""
    places = (joinedload(PartialFile.folder), joinedload(PartialFile.document))
    return db.session.scalars(unfinished(room, account).options(*places)).all()
