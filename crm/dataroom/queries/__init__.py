"""Reading data rooms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import Account, Actor, Role
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.core.listing import LASTING, Count, Place, Slice, Sort, slice_of
from crm.core.prepared import Prepared
from crm.core.storage import storage
from crm.dataroom.models import Access, Folder, Grant, Reading, Room, RoomDocument, RoomVersion
from crm.dataroom.policies import is_granted_to, may_manage, may_read, open_to, visible_to
from crm.dataroom.queries.authorised import authorised_documents
from crm.dataroom.queries.folders import folders_of
from crm.deals.models import Deal, Round
from crm.institutions.models import Institution
from crm.institutions.queries import is_shut_out
from crm.publishing.models import Publication
from crm.startups.models import Startup

SAME_READING = timedelta(hours=1)
WITH_ROOM = (
    joinedload(RoomDocument.room).joinedload(Room.startup),
    joinedload(RoomDocument.room).joinedload(Room.deal),
    joinedload(RoomDocument.folder),
)
# A document with the version in force, as lists show it.
SHOWN: tuple[Any, ...] = (
    RoomDocument.id,
    RoomDocument.name,
    RoomDocument.room_id,
    RoomDocument.folder_id,
    RoomDocument.is_pitch_deck,
    Folder.name.label("folder_name"),
    Folder.path.label("folder_path"),
    Room.startup_id,
    Room.deal_id,
    RoomVersion.number,
    RoomVersion.media_type,
    RoomVersion.size,
    RoomVersion.page_count,
    RoomVersion.created_at.label("changed_at"),
)


# What investors call the startup: a later name waits until somebody publishes it.
PUBLISHED_NAME: Any = (
    sa.select(Publication.shown_name)
    .where(Publication.startup_id == Room.startup_id, Publication.ended_at.is_(None))
    .scalar_subquery()
)


def with_version(statement: sa.Select[Any]) -> sa.Select[Any]:
    """A statement of documents with their version in force, room, startup, (outer) deal and folder."""
    in_force = sa.and_(RoomVersion.document_id == RoomDocument.id, RoomVersion.number == RoomDocument.in_force)
    return (
        statement.select_from(RoomDocument)
        .join(RoomVersion, in_force)
        .join(RoomDocument.room)
        .join(Room.startup)
        .outerjoin(Room.deal)
        .outerjoin(RoomDocument.folder)
    )


# --- for investors


@dataclass(frozen=True)
class Readable:
    """A document that somebody may read: the version in force, and whether it may be taken along."""

    document: RoomDocument
    version: RoomVersion
    startup_name: str
    may_download: bool


def find_readable(actor: Actor, document_id: int) -> Readable | None:
    """A document that this investor may read today; none while its institution is not admitted."""
    if not isinstance(actor, Account) or not may_read(actor) or is_shut_out(actor.institution_id):
        return None
    day = day_of(now())
    shown: tuple[Any, ...] = (RoomDocument, RoomVersion, PUBLISHED_NAME, download_column(actor, day))
    statement = with_version(sa.select(*shown)).options(*WITH_ROOM, joinedload(RoomVersion.job))
    found = db.session.execute(statement.where(RoomDocument.id == document_id, visible_to(actor, day))).one_or_none()
    return Readable(*found) if found else None


def download_column(account: Account, day: date) -> sa.ColumnElement[bool]:
    may_download = Grant.may_download.is_(True)
    return is_granted_to(account.id, account.institution_id, day, may_download).label("may_download")


def readable_about(account: Account, startup_id: int) -> Sequence[Any]:
    """What an investor may read about a startup: rows of `SHOWN` with the round of a deal's room, room by room."""
    day, round = day_of(now()), aliased(Round)
    statement = with_version(sa.select(*SHOWN, round.name.label("round_name"), download_column(account, day)))
    return db.session.execute(
        statement.outerjoin(round, round.id == Deal.round_id)
        .where(Room.startup_id == startup_id, visible_to(account, day))
        .order_by(sa.func.coalesce(Room.deal_id, 0), sa.func.coalesce(Folder.name, ""), RoomDocument.name)
    ).all()


def readable_documents(account: Account, place: Place, *, text: str = "") -> Slice:
    """Every document that an investor may read, as rows of `SHOWN`, the newest version first."""
    day = day_of(now())
    shown = (*SHOWN, PUBLISHED_NAME.label("startup_name"), download_column(account, day))
    statement = with_version(sa.select(*shown)).where(visible_to(account, day))
    if is_shut_out(account.institution_id):
        statement = statement.where(sa.false())
    if text:
        named = (RoomDocument.name.icontains(text, autoescape=True), PUBLISHED_NAME.icontains(text, autoescape=True))
        statement = statement.where(sa.or_(*named))
    sorts = {"changed": Sort(RoomVersion.created_at, True), "name": Sort(RoomDocument.name)}
    return slice_of(statement, RoomDocument.id, sorts, place, count=Count.NONE)


@dataclass(frozen=True)
class Shelf:
    """What an investor may read about a startup: how many documents, and which of them is the pitch deck."""

    count: int
    pitch_deck_id: int | None


def shelf_of(account: Account, startup_id: int) -> Shelf:
    """What the profile leads to; whether the investor accepted the terms is asked there."""
    found = shelves(account.id, account.institution_id, day_of(now()))
    return Shelf(*found.first(about=startup_id))


@lru_cache(LASTING)
def shelves(account_id: int, institution_id: int | None, day: date) -> Prepared:
    deck = sa.func.max(sa.case((RoomDocument.is_pitch_deck, RoomDocument.id)))
    shown: tuple[Any, ...] = (sa.func.count(RoomDocument.id), deck)
    mine = (Room.startup_id == sa.bindparam("about"), open_to(account_id, institution_id, day))
    return Prepared(with_version(sa.select(*shown)).where(*mine))


def is_new_reading(account: Account, document_id: int, number: int, what: Reading, at: datetime) -> bool:
    """False while the same reading was written down within the hour: each page of a document is a request."""
    return (
        db.session.scalar(
            sa.select(Access.id)
            .where(
                Access.account_id == account.id,
                Access.document_id == document_id,
                Access.number == number,
                Access.what == what,
                Access.at > at - SAME_READING,
            )
            .limit(1)
        )
        is None
    )


# --- for staff


def room_of(*, startup_id: int | None = None, deal_id: int | None = None) -> Room | None:
    """The room of a startup or of a deal."""
    which = Room.deal_id == deal_id if deal_id else sa.and_(Room.startup_id == startup_id, Room.deal_id.is_(None))
    return db.session.scalar(sa.select(Room).options(*ROOM_OPTIONS).where(which))


ROOM_OPTIONS = (
    joinedload(Room.startup),
    joinedload(Room.deal).joinedload(Deal.institution),
    joinedload(Room.deal).joinedload(Deal.round),
)


def parts_ever(actor: Actor, *, startup_id: int | None = None, deal_id: int | None = None) -> dict[str, list[int]]:
    """The room of a startup or of a deal and all that was ever in it, {type: ids}, for its history."""
    room = room_of(startup_id=startup_id, deal_id=deal_id) if may_manage(actor) else None
    if room is None:
        return {}
    kinds = (Folder, RoomDocument, Grant)
    ids = {kind.__tablename__: sa.select(kind.id).where(kind.room_id == room.id) for kind in kinds}
    return {"room": [room.id], **{name: list(db.session.scalars(found)) for name, found in ids.items()}}


def find_room(actor: Actor, room_id: int) -> Room | None:
    """A room, for those who keep rooms."""
    return db.session.get(Room, room_id, options=list(ROOM_OPTIONS)) if may_manage(actor) else None


def find_folder(actor: Actor, folder_id: int) -> Folder | None:
    """A folder, for those who keep rooms."""
    if not may_manage(actor):
        return None
    statement = sa.select(Folder).options(joinedload(Folder.room).options(*ROOM_OPTIONS))
    return db.session.scalar(statement.where(Folder.id == folder_id, Folder.archived_at.is_(None)))


def find_document(actor: Actor, document_id: int) -> RoomDocument | None:
    """A document, in the bin or not, for those who keep rooms."""
    if not may_manage(actor):
        return None
    statement = sa.select(RoomDocument).options(
        joinedload(RoomDocument.room).options(*ROOM_OPTIONS), joinedload(RoomDocument.folder)
    )
    return db.session.scalar(statement.where(RoomDocument.id == document_id))


def find_grant(actor: Actor, grant_id: int) -> Grant | None:
    """A grant, for those who keep rooms."""
    if not may_manage(actor):
        return None
    return db.session.scalar(sa.select(Grant).options(*GRANT_OPTIONS).where(Grant.id == grant_id))


GRANT_OPTIONS = (
    joinedload(Grant.room).options(*ROOM_OPTIONS),
    joinedload(Grant.institution),
    joinedload(Grant.account),
    joinedload(Grant.folder),
    joinedload(Grant.document),
)


@dataclass(frozen=True)
class Sight:
    """What there is to see of a room; `room` is None while nobody has opened it. `authorised`: the ids of the documents
    that the startup authorised, None for all."""

    room: Room | None
    folders: Sequence[Folder] = ()
    documents: Sequence[Any] = ()
    grants: Sequence[Grant] = ()
    archived: Sequence[RoomDocument] = ()
    authorised: Collection[int] | None = None


def sight_of(room: Room | None) -> Sight:
    """A room with its folders, documents and grants."""
    if room is None:
        return Sight(room)
    covered = authorised_documents(room.startup)
    return Sight(room, folders_of(room), documents_of(room), grants_of(room), archived_in(room), covered)


def documents_about(startup: Startup) -> Sequence[Any]:
    """The documents of all rooms of a startup as rows of `SHOWN`, by name."""
    statement = with_version(sa.select(*SHOWN)).where(Room.startup_id == startup.id, RoomDocument.archived_at.is_(None))
    return db.session.execute(statement.order_by(RoomDocument.name, RoomDocument.id)).all()


def documents_of(room: Room) -> Sequence[Any]:
    """The documents of a room as rows of `SHOWN`, folder by folder."""
    statement = with_version(sa.select(*SHOWN)).where(
        RoomDocument.room_id == room.id, RoomDocument.archived_at.is_(None)
    )
    return db.session.execute(statement.order_by(sa.func.coalesce(Folder.name, ""), RoomDocument.name)).all()


def archived_in(room: Room) -> Sequence[RoomDocument]:
    """The documents of a room that were put away, and still have their content."""
    has_content = sa.exists().where(RoomVersion.document_id == RoomDocument.id)
    mine = sa.select(RoomDocument).where(RoomDocument.room_id == room.id, RoomDocument.archived_at.is_not(None))
    return db.session.scalars(mine.where(has_content).order_by(RoomDocument.archived_at.desc())).all()


def grants_of(room: Room) -> Sequence[Grant]:
    """The grants of a room that were not revoked, with whom and what they name, the latest first."""
    statement = sa.select(Grant).options(*GRANT_OPTIONS).where(Grant.room_id == room.id, Grant.revoked_at.is_(None))
    return db.session.scalars(statement.order_by(Grant.id.desc())).all()


def document_called(room_id: int, folder_id: int | None, name: str) -> RoomDocument | None:
    """The document of exactly this name in a folder."""
    return db.session.scalar(
        sa.select(RoomDocument).where(
            RoomDocument.room_id == room_id,
            RoomDocument.folder_id.is_not_distinct_from(folder_id),
            RoomDocument.name == name,
            RoomDocument.archived_at.is_(None),
        )
    )


def versions_of(document: RoomDocument) -> Sequence[RoomVersion]:
    """The versions of a document, the latest first."""
    statement = sa.select(RoomVersion).options(joinedload(RoomVersion.by), joinedload(RoomVersion.job))
    return db.session.scalars(
        statement.where(RoomVersion.document_id == document.id).order_by(RoomVersion.number.desc())
    ).all()


def version_of(document: RoomDocument, number: int) -> RoomVersion | None:
    """One version of a document."""
    return db.session.scalar(
        sa.select(RoomVersion).where(RoomVersion.document_id == document.id, RoomVersion.number == number)
    )


READING: tuple[Any, ...] = (
    Access.id,
    Access.at,
    Access.what,
    Access.number,
    Access.address,
    Access.document_id,
    Access.account_id,
    RoomDocument.name.label("document_name"),
    Account.name.label("reader"),
    Institution.name.label("institution_name"),
)


def accesses(room: Room, place: Place, *, document_id: int = 0, account_id: int = 0) -> Slice:
    """Who read what in a room, the latest first: rows with the reader, its institution and the document."""
    statement = (
        sa.select(*READING)
        .join(Access.document)
        .join(Access.account)
        .outerjoin(Institution, Institution.id == Account.institution_id)
        .where(RoomDocument.room_id == room.id)
    )
    if document_id:
        statement = statement.where(Access.document_id == document_id)
    if account_id:
        statement = statement.where(Access.account_id == account_id)
    return slice_of(statement, Access.id, {"at": Sort(Access.at, True)}, place)


def count_readings(startup_id: int) -> int:
    """How often investors opened or took a document of a startup's rooms."""
    read = sa.select(sa.func.count()).select_from(Access).join(Access.document).join(RoomDocument.room)
    by = sa.select(Account.id).where(Account.role == Role.INVESTOR)
    return db.session.scalar(read.where(Room.startup_id == startup_id, Access.account_id.in_(by))) or 0


# --- content


def page_of(version: RoomVersion, number: int) -> bytes | None:
    """The picture of a page, counted from 1; None for one that it has not. Raises FileNotFoundError."""
    return storage.get(version.page_keys[number - 1]) if 1 <= number <= len(version.page_keys) else None


def content_of(version: RoomVersion) -> bytes:
    """The file. Raises FileNotFoundError."""
    return storage.get(version.file_key)
