"""Keeping data rooms: folders, documents and their versions, and who may read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Account, Actor, Role
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.contents import is_used
from crm.core.db import after_commit, db, lock_table
from crm.core.errors import Refusal
from crm.core.jobs import enqueue
from crm.core.storage import storage
from crm.dataroom.kinds import Upload
from crm.dataroom.models import (
    Access,
    AuthorisedDocument,
    Folder,
    Grant,
    Reading,
    Room,
    RoomDocument,
    RoomVersion,
)
from crm.dataroom.queries import document_called, room_of, version_of
from crm.dataroom.queries.authorised import authorised_documents, readers_of
from crm.dataroom.queries.folders import folder_called, folders_in
from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.publishing.models import Authorisation
from crm.startups.models import Startup

DRAW = "draw_room_version"
TAKEN = N_("Another document of this folder has this name.")
DEEPEST = 4  # levels of folders


@dataclass(frozen=True)
class GrantValues:
    """Who may read what until when: an institution, or `account` alone of it; one of `folder` and `document` or all."""

    institution: Institution
    account: Account | None = None
    folder: Folder | None = None
    document: RoomDocument | None = None
    until: date | None = None
    may_download: bool = False


@dataclass(frozen=True)
class DocumentValues:
    """What a document is called and where it stands."""

    name: str
    folder_id: int | None = None
    is_pitch_deck: bool = False


def open_room(startup: Startup, deal: Deal | None = None, *, by: Actor, at: datetime) -> Room:
    """The room of a startup or of a deal, whose institution may read all of it; an open one stays as it is."""
    lock_table(Room)
    earlier = room_of(startup_id=startup.id, deal_id=deal.id if deal else None)
    if earlier is not None:
        return earlier
    room = Room(startup_id=startup.id, deal_id=deal.id if deal else None, by_id=by.id, opened_at=at)
    room.startup, room.deal = startup, deal
    db.session.add(room)
    audit.record(room, "opened_room", by=by, at=at, name=called(room))
    if deal is not None:
        grant(room, GrantValues(institution=deal.institution), by=by, at=at)
    return room


def called(room: Room) -> str:
    """What a room is called in the history."""
    return f"{room.startup.shown_name} · {room.deal.institution.name}" if room.deal else room.startup.shown_name


# --- folders


def add_folder(room: Room, name: str, parent: Folder | None = None, *, by: Actor, at: datetime) -> Folder:
    """A new folder, in another one or not. Raises Refusal where a folder of this name stands already, or too deep."""
    refuse_place(room.id, name, parent)
    folder = Folder(room_id=room.id, name=name, parent_id=parent.id if parent else None)
    db.session.add(folder)
    db.session.flush()  # its path holds its id
    folder.path = path_in(parent, folder)
    audit.record(folder, "created", by=by, at=at, name=f"{called(room)} · {name}")
    return folder


def edit_folder(folder: Folder, name: str, parent: Folder | None, *, by: Actor, at: datetime) -> None:
    """Call a folder otherwise, or move it with all that lies in it. Raises Refusal as above, and for a place in
    itself."""
    below = folders_in(folder)
    if parent is not None and parent.id in {one.id for one in below}:
        raise Refusal({"parent_id": N_("A folder cannot lie in itself.")})
    levels = 1 + max(one.depth for one in below) - folder.depth
    refuse_place(folder.room_id, name, parent, besides=folder.id, levels=levels)
    before, after = folder.path, path_in(parent, folder)
    with db.session.no_autoflush:
        for one in below:
            one.path = after + one.path.removeprefix(before)
        folder.name, folder.parent_id = name, parent.id if parent else None
        audit.record_change(folder, by=by, at=at, name=f"{called(folder.room)} · {name}")


def path_in(parent: Folder | None, folder: Folder) -> str:
    return f"{parent.path if parent else '/'}{folder.id}/"


def refuse_place(room_id: int, name: str, parent: Folder | None, *, besides: int = 0, levels: int = 1) -> None:
    """Refuse a name that is taken there, and a place so deep that what has some levels goes beyond the limit."""
    twin = folder_called(room_id, parent.id if parent else None, name)
    if twin is not None and twin.id != besides:
        raise Refusal({"name": N_("There is a folder of this name.")})
    if (parent.depth if parent else 0) + levels > DEEPEST:
        raise Refusal({"parent_id": N_("Folders lie in each other %(count)s levels deep at most.", count=DEEPEST)})


def remove_folder(folder: Folder, *, by: Actor, at: datetime) -> None:
    """Take an empty folder out; its grants end. Raises Refusal while documents or folders stand in it."""
    inside = RoomDocument.folder_id == folder.id
    if len(folders_in(folder)) > 1:
        raise Refusal({"": N_("Move or take out its folders first.")})
    if db.session.scalar(sa.select(RoomDocument.id).where(inside, RoomDocument.archived_at.is_(None)).limit(1)):
        raise Refusal({"": N_("Move or take out its documents first.")})
    db.session.execute(sa.update(RoomDocument).where(inside).values(folder_id=None))
    db.session.execute(sa.update(Grant).where(Grant.folder_id == folder.id).values(revoked_at=at))
    folder.archived_at = at
    audit.record(folder, "removed", by=by, at=at, name=f"{called(folder.room)} · {folder.name}")


# --- documents


def add_file(room: Room, folder_id: int | None, upload: Upload, *, by: Actor, at: datetime) -> RoomDocument:
    """Keep an upload. In its folder a file of the same name is the next version of that document, and the same file
    sent again is none."""
    db.session.execute(sa.select(Room.id).where(Room.id == room.id).with_for_update())
    there = document_called(room.id, folder_id, upload.name)
    if there is not None:
        add_version(there, upload, by=by, at=at)
        return there
    document = RoomDocument(room_id=room.id, folder_id=folder_id, name=upload.name, created_at=at)
    document.room = room
    db.session.add(document)
    db.session.flush()  # its version needs the id
    keep_version(document, 1, upload, by=by, at=at)
    audit.record(document, "attached", by=by, at=at, name=told(document))
    tell_readers(room, RoomDocument.id == document.id, by=by, at=at)
    return document


def add_version(document: RoomDocument, upload: Upload, *, by: Actor, at: datetime) -> None:
    """Another content of a document is in force from now on; the content that is in force already changes nothing."""
    key, current = storage.put(upload.content), version_of(document, document.in_force)
    if current is not None and current.file_key == key:
        return
    latest = sa.select(sa.func.max(RoomVersion.number)).where(RoomVersion.document_id == document.id)
    document.in_force = (db.session.scalar(latest) or 0) + 1
    keep_version(document, document.in_force, upload, by=by, at=at)
    audit.record(document, "new_version", by=by, at=at, name=f"{told(document)} v{document.in_force}")
    tell_readers(document.room, RoomDocument.id == document.id, by=by, at=at)


def keep_version(document: RoomDocument, number: int, upload: Upload, *, by: Actor, at: datetime) -> None:
    """The content first, the row that names it in the caller's transaction: whoever dies between leaves no document."""
    version = RoomVersion(
        document_id=document.id,
        number=number,
        media_type=upload.kind.media_type,
        size=len(upload.content),
        file_key=storage.put(upload.content),
        by_id=by.id,
        created_at=at,
    )
    db.session.add(version)
    if upload.kind.is_drawn:
        db.session.flush()  # the job needs the id
        job = enqueue(DRAW, version.id, by_id=by.id, at=at)
        version.job_id = job.id


def keep_pages(version_id: int, keys: list[str], sizes: Sequence[tuple[int, int]], count: int) -> None:
    """Note the pictures of a version's pages with their widths and heights, and how many pages it has."""
    drawn = sa.update(RoomVersion).where(RoomVersion.id == version_id)
    db.session.execute(drawn.values(page_keys=keys, page_sizes=sizes, page_count=count))


def put_in_force(document: RoomDocument, number: int, *, by: Actor, at: datetime) -> None:
    """Let readers see another version from now on."""
    document.in_force = number
    audit.record(document, "put_in_force", by=by, at=at, name=f"{told(document)} v{number}")


def edit_document(
    document: RoomDocument, values: DocumentValues, *, version: int | None, by: Actor, at: datetime
) -> None:
    """Call a document otherwise, move it, mark it as the pitch deck. Raises Refusal and Conflict."""
    document.expect_version(version)
    twin = document_called(document.room_id, values.folder_id, values.name)
    if twin is not None and twin.id != document.id:
        raise Refusal({"name": TAKEN})
    if values.is_pitch_deck and not document.is_pitch_deck:
        others = sa.update(RoomDocument).where(RoomDocument.room_id == document.room_id, RoomDocument.is_pitch_deck)
        db.session.execute(others.values(is_pitch_deck=False))
    for name, value in vars(values).items():
        setattr(document, name, value)
    audit.record_change(document, by=by, at=at, name=told(document))


def archive(document: RoomDocument, *, by: Actor, at: datetime) -> None:
    """Nobody reads a document any more; it can be brought back."""
    document.archived_at = at
    audit.record(document, "archived", by=by, at=at, name=told(document))


def restore(document: RoomDocument, *, by: Actor, at: datetime) -> None:
    """Bring a document back. Raises Refusal when another took its name, or its content was destroyed."""
    if document_called(document.room_id, document.folder_id, document.name) is not None:
        raise Refusal({"": TAKEN})
    if version_of(document, document.in_force) is None:
        raise Refusal({"": N_("Its content was destroyed.")})
    document.archived_at = None
    audit.record(document, "restored", by=by, at=at, name=told(document))


def destroy(document: RoomDocument, *, by: Actor, at: datetime) -> None:
    """Destroy every version of a document, with the bytes that nothing else needs. Who read it stays on record."""
    versions = db.session.scalars(sa.select(RoomVersion).where(RoomVersion.document_id == document.id)).all()
    keys = {key for version in versions for key in (version.file_key, *version.page_keys)}
    for version in versions:
        db.session.delete(version)
    document.archived_at = document.archived_at or at
    document.is_pitch_deck = False
    audit.record(document, "destroyed", by=by, at=at, name=told(document))
    for key in keys:
        if not is_used(key):
            forget_after_commit(key)


def forget_after_commit(key: str) -> None:
    after_commit(db.session(), lambda: storage.delete(key))


def told(document: RoomDocument) -> str:
    return f"{called(document.room)} · {document.name}"


# --- grants


def grant(room: Room, values: GrantValues, *, by: Actor, at: datetime) -> Grant:
    """Let an institution, or one of its people, read a room, a folder or a document. Raises Refusal."""
    if values.until and values.until < day_of(at):
        raise Refusal({"until": N_("This day has passed.")})
    if values.account and (values.account.role, values.account.institution_id) != (
        Role.INVESTOR,
        values.institution.id,
    ):
        raise Refusal({"person": N_("Only investors of this institution read in its place.")})
    if room.deal and room.deal.institution_id != values.institution.id:
        raise Refusal({"institution": N_("The room of a deal is read by the institution of the deal only.")})
    covered = authorised_documents(room.startup)
    if values.document and covered is not None and values.document.id not in covered:
        raise Refusal({"scope": N_("The startup did not authorise this document: record first that it did.")})
    given = Grant(
        room_id=room.id,
        institution_id=values.institution.id,
        account_id=values.account.id if values.account else None,
        folder_id=values.folder.id if values.folder else None,
        document_id=values.document.id if values.document else None,
        until=values.until,
        may_download=values.may_download,
        by_id=by.id,
        given_at=at,
    )
    db.session.add(given)
    db.session.flush()  # who may read by it is told below
    changes = [audit.change(name, None, getattr(values, name)) for name in ("until", "may_download")]
    scope = values.folder or values.document
    name = " · ".join(filter(None, (called(room), scope.name if scope else "", f"→ {reader(values)}")))
    audit.record(given, "granted", by=by, at=at, name=name, changes=[one for one in changes if one["after"]])
    tell_readers(room, Grant.id == given.id, by=by, at=at)
    return given


def revoke(given: Grant, *, by: Actor, at: datetime) -> None:
    """Nobody reads by a grant any more, from the next request on."""
    if given.revoked_at is None:
        given.revoked_at = at
        audit.record(given, "revoked_access", by=by, at=at, name=f"{called(given.room)} → {reader(given)}")


def reader(given: GrantValues | Grant) -> str:
    """Who was given leave, as the history tells it."""
    return " · ".join(filter(None, (given.institution.name, given.account.name if given.account else "")))


def tell_readers(room: Room, *which: sa.ColumnElement[bool], by: Actor, at: datetime) -> None:
    """Let those know who may read some documents of a room by some grants; once a day and startup."""
    notify(
        readers_of(room, day_of(at), *which),
        NoticeKind.DOCUMENTS_OPENED,
        record_type=room.startup.__tablename__,
        record_id=room.startup_id,
        name=room.startup.shown_name,
        by=by,
        at=at,
    )


# --- what the startup authorised


def name_documents(authorisation: Authorisation, document_ids: Collection[int]) -> None:
    """Keep which documents an authorisation names that was just recorded."""
    db.session.add_all(
        AuthorisedDocument(authorisation_id=authorisation.id, document_id=one) for one in sorted(set(document_ids))
    )


# --- readings


def note_reading(document_id: int, number: int, what: Reading, *, address: str, by: Account, at: datetime) -> None:
    """Write down that somebody opened or downloaded a version."""
    read = Access(document_id=document_id, number=number, account_id=by.id, what=what, address=address[:45], at=at)
    db.session.add(read)
    document = db.session.get_one(RoomDocument, document_id)
    edition = audit.change("edition", None, f"v{number}")
    audit.record(document, what.value, by=by, at=at, name=document.name, changes=[edition])
