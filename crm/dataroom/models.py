"""Rooms of documents about a startup or a deal, who may read what in them, and who did."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import Archivable, Base, Versioned, many_to_one, text
from crm.core.jobs import Job
from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.startups.models import Startup


class Room(Base):
    """The data room of a startup, or (`deal_id`) of one of its deals, which only that deal's institution may enter."""

    __tablename__ = "room"
    __table_args__ = (
        sa.Index(
            "uq_room_of_startup",
            "startup_id",
            unique=True,
            sqlite_where=sa.text("deal_id IS NULL"),
            postgresql_where=sa.text("deal_id IS NULL"),
        ),
        sa.Index(None, "startup_id"),
    )

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    deal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deal.id"), unique=True, default=None)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    opened_at: Mapped[datetime]

    startup: Mapped[Startup] = many_to_one("Startup", "Room.startup_id")
    deal: Mapped[Deal | None] = many_to_one("Deal", "Room.deal_id")


class Folder(Archivable, Base):
    """A heading under which documents of a room stand, or a part of another one, `parent_id`.

    `path`: its own id and those of all folders around it, the outermost first: /3/17/. What begins with the path of a
    folder lies in it.
    """

    __tablename__ = "room_folder"
    __table_args__ = (sa.Index(None, "room_id", "archived_at", "name"),)

    room_id: Mapped[int] = mapped_column(sa.ForeignKey("room.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("room_folder.id"), index=True, default=None)
    path: Mapped[str] = text(80)
    name: Mapped[str] = mapped_column(sa.String(80))

    room: Mapped[Room] = many_to_one("Room", "Folder.room_id")

    @property
    def around(self) -> list[int]:
        """The ids of the folders around it and its own, the outermost first."""
        return [int(one) for one in self.path.split("/") if one]

    @property
    def depth(self) -> int:
        """1 for a folder that lies in no other."""
        return len(self.around)


class RoomDocument(Versioned, Archivable, Base):
    """A document of a room. `in_force`: the number of the version that readers see.

    `is_pitch_deck`: the startup's pitch deck, which its profile leads to; at most one in a room.
    """

    __tablename__ = "room_document"
    __table_args__ = (
        sa.Index(None, "room_id", "archived_at", "id"),
        sa.Index(None, "folder_id", "archived_at"),
    )

    room_id: Mapped[int] = mapped_column(sa.ForeignKey("room.id"))
    folder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("room_folder.id"), default=None)
    name: Mapped[str] = mapped_column(sa.String(200))
    in_force: Mapped[int] = mapped_column(default=1)
    is_pitch_deck: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    room: Mapped[Room] = many_to_one("Room", "RoomDocument.room_id")
    folder: Mapped[Folder | None] = many_to_one("Folder", "RoomDocument.folder_id")


class AuthorisedDocument(Base):
    """One document that an authorisation names."""

    __tablename__ = "authorised_document"
    __table_args__ = (
        sa.UniqueConstraint("authorisation_id", "document_id"),
        sa.Index(None, "document_id", "authorisation_id"),
    )

    authorisation_id: Mapped[int] = mapped_column(sa.ForeignKey("authorisation.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("room_document.id"))


class RoomVersion(Base):
    """One version of a document, never changed. `size` in bytes; its content lies in the storage under `file_key`.

    `page_keys`: its pages as pictures without any mark, drawn by a job; `page_sizes`: (width, height) of each in
    pixels, none for what was drawn before they were kept; `page_count`: how many pages it has, None until then and for
    what is not drawn.
    """

    __tablename__ = "room_version"
    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    document_id: Mapped[int] = mapped_column(sa.ForeignKey("room_document.id"))
    number: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    file_key: Mapped[str] = mapped_column(sa.String(80), index=True)
    page_keys: Mapped[list[Any]] = mapped_column(default=list)
    page_sizes: Mapped[list[Any]] = mapped_column(default=list)
    page_count: Mapped[int | None] = mapped_column(default=None)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"), default=None)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    created_at: Mapped[datetime]

    document: Mapped[RoomDocument] = many_to_one("RoomDocument", "RoomVersion.document_id")
    job: Mapped[Job | None] = many_to_one("Job", "RoomVersion.job_id")
    by: Mapped[Account | None] = many_to_one("Account", "RoomVersion.by_id")


class PartialFile(Base):
    """A file on its way into a room, sent in pieces: into a folder, or as the next version of `document`.

    `size` in bytes and `sha256` are what the browser says of the whole; `received`: bytes that came so far, which lie
    in the storage under `piece_keys`. `is_whole`: it became a document; the row stays a while, for a browser that did
    not hear so.
    """

    __tablename__ = "partial_file"
    __table_args__ = (sa.Index(None, "account_id", "room_id"), sa.Index(None, "changed_at"))

    room_id: Mapped[int] = mapped_column(sa.ForeignKey("room.id"))
    folder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("room_folder.id"), default=None)
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("room_document.id"), default=None)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    received: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    piece_keys: Mapped[list[Any]] = mapped_column(default=list)
    is_whole: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]

    room: Mapped[Room] = many_to_one("Room", "PartialFile.room_id")
    folder: Mapped[Folder | None] = many_to_one("Folder", "PartialFile.folder_id")
    document: Mapped[RoomDocument | None] = many_to_one("RoomDocument", "PartialFile.document_id")

    @property
    def percent(self) -> int:
        """How much of it came."""
        return self.received * 100 // self.size


class Grant(Base):
    """Leave to read: given to an institution, or (`account_id`) to one of its people for as long as it belongs there,
    of the whole room, a folder or a document.

    `until`: the last day, None without end. `may_download`: the file too, and not only pictures of its pages.
    """

    __tablename__ = "room_grant"
    __table_args__ = (
        sa.CheckConstraint("folder_id IS NULL OR document_id IS NULL", name="one_scope"),
        sa.Index(None, "room_id", "revoked_at"),
        sa.Index(None, "institution_id", "revoked_at", "room_id"),
        sa.Index(None, "until", "id"),
    )

    room_id: Mapped[int] = mapped_column(sa.ForeignKey("room.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    folder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("room_folder.id"), default=None)
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("room_document.id"), default=None)
    until: Mapped[date | None] = mapped_column(default=None)
    may_download: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    given_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    room: Mapped[Room] = many_to_one("Room", "Grant.room_id")
    institution: Mapped[Institution] = many_to_one("Institution", "Grant.institution_id")
    account: Mapped[Account | None] = many_to_one("Account", "Grant.account_id")
    folder: Mapped[Folder | None] = many_to_one("Folder", "Grant.folder_id")
    document: Mapped[RoomDocument | None] = many_to_one("RoomDocument", "Grant.document_id")


class Reading(enum.StrEnum):
    """What somebody did with a document."""

    OPENED = "opened"
    DOWNLOADED = "downloaded"


class Access(Base):
    """Somebody opened or downloaded a version of a document, from a network address. Kept for good."""

    __tablename__ = "room_access"
    __table_args__ = (
        sa.Index(None, "document_id", "id"),
        sa.Index(None, "account_id", "document_id", "at"),
    )

    document_id: Mapped[int] = mapped_column(sa.ForeignKey("room_document.id"))
    number: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    what: Mapped[Reading]
    address: Mapped[str] = text(45)
    at: Mapped[datetime]

    document: Mapped[RoomDocument] = many_to_one("RoomDocument", "Access.document_id")
    account: Mapped[Account] = many_to_one("Account", "Access.account_id")
