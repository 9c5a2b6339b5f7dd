"""Sending a file to a room in pieces: it goes on where it stopped, and nobody reads any of it before it is whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.core.contents import is_used
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.storage import storage
from crm.dataroom.actions import add_file, add_version, forget_after_commit
from crm.dataroom.kinds import accept, refuse_suffix
from crm.dataroom.models import Folder, PartialFile, Room, RoomDocument
from crm.dataroom.queries.sending import unfinished
from crm.documents.pictures import shown_name
from crm.lib.text import N_

PIECE = 1024**2  # bytes
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Announced:
    """What a browser says of a file before it sends any of it. `size` in bytes."""

    name: str
    size: int
    sha256: str


def begin(
    room: Room,
    file: Announced,
    *,
    folder: Folder | None = None,
    document: RoomDocument | None = None,
    largest: int,
    by: Account,
    at: datetime,
) -> PartialFile:
    """Take up a file where the same person stopped sending it to the same place, or from its beginning. Raises Refusal
    for one that would not be taken."""
    name = shown_name(file.name)
    if not 0 < file.size <= largest:
        raise Refusal({"size": N_("Empty or too large.")})
    refuse_suffix(name)
    earlier = unfinished(room, by).where(
        PartialFile.folder_id.is_not_distinct_from(folder.id if folder else None),
        PartialFile.document_id.is_not_distinct_from(document.id if document else None),
        *(getattr(PartialFile, field) == value for field, value in {**vars(file), "name": name}.items()),
    )
    found = db.session.scalar(earlier.limit(1))
    if found is None:
        found = PartialFile(**{**vars(file), "name": name}, room_id=room.id, account_id=by.id, changed_at=at)
        found.room, found.folder, found.document = room, folder, document
        db.session.add(found)
        db.session.flush()  # the browser is told its id
    return found


def add_piece(file: PartialFile, offset: int, piece: bytes, *, by: Account, at: datetime) -> None:
    """Keep a piece that begins `offset` bytes into the file; the last one makes it a document. A piece that does not
    go on where the file stands, for it came before, changes nothing. Raises Refusal for a file that is not taken."""
    db.session.refresh(file, ["received", "piece_keys", "is_whole"], with_for_update={"of": PartialFile})
    if file.is_whole or offset != file.received or not 0 < len(piece) <= file.size - offset:
        return
    file.piece_keys = [*file.piece_keys, storage.put(piece)]
    file.received, file.changed_at = offset + len(piece), at
    if file.received == file.size:
        finish(file, by=by, at=at)


def finish(file: PartialFile, *, by: Account, at: datetime) -> None:
    """Make a document of all pieces; where they are not what the browser had announced, the file begins anew."""
    content = joined(file)
    if hashlib.sha256(content).hexdigest() == file.sha256:
        upload = accept(file.name, content)
        if file.document is not None:
            add_version(file.document, upload, by=by, at=at)
        elif file.folder is not None and file.folder.archived_at is not None:
            raise Refusal({"": N_("Somebody took this folder out meanwhile.")})
        else:
            add_file(file.room, file.folder_id, upload, by=by, at=at)
        file.is_whole = True
    else:
        file.received = 0
    forget_pieces(file)


def joined(file: PartialFile) -> bytes:
    """All that came; nothing where a piece was lost."""
    try:
        return b"".join(storage.get(key) for key in file.piece_keys)
    except FileNotFoundError:
        return b""


def forget_pieces(file: PartialFile) -> None:
    """Delete pieces that nothing else needs."""
    keys, file.piece_keys = set(file.piece_keys), []
    db.session.flush()  # they are not needed by this file any more
    for key in keys:
        if not is_used(key):
            forget_after_commit(key)


def drop(file: PartialFile) -> None:
    """Nobody goes on with a file."""
    forget_pieces(file)
    db.session.delete(file)


def forget_old(at: datetime) -> None:
    """Forget files that nobody went on with for days; their pieces go with the sweep of contents."""
    db.session.execute(sa.delete(PartialFile).where(PartialFile.changed_at < at - KEPT_FOR))
