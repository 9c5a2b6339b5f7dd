"""Who keeps data rooms, and which documents an investor may read."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.accounts.models import Account, Actor
from crm.accounts.policies import is_investor, is_manager, may_write_records
from crm.core.listing import LASTING
from crm.dataroom.models import AuthorisedDocument, Folder, Grant, Room, RoomDocument
from crm.deals.models import Deal
from crm.publishing.models import Authorisation, Publication
from crm.publishing.policies import readable_by

may_manage = may_write_records
may_destroy = is_manager
may_read = is_investor


def visible_to(actor: Actor, day: date) -> sa.ColumnElement[bool]:
    """Documents that somebody may read on a day, in a statement of `RoomDocument` with its room, startup and (outer)
    deal and folder: staff those of every room; an investor those that were granted to it, as far as the startup
    authorised them and while it may be read.

    Whether the investor accepted the terms, and its institution is admitted, is asked apart.
    """
    if may_manage(actor):
        return sa.true()
    if not isinstance(actor, Account) or not is_investor(actor):
        return sa.false()
    return open_to(actor.id, actor.institution_id, day)


@lru_cache(LASTING)
def open_to(account_id: int, institution_id: int | None, day: date) -> sa.ColumnElement[bool]:
    """Documents that an investor may read on a day."""
    is_readable = sa.exists().where(Publication.startup_id == Room.startup_id, readable_by(institution_id, day))
    own_deal = sa.and_(Deal.institution_id == institution_id, Deal.archived_at.is_(None))
    return sa.and_(
        RoomDocument.archived_at.is_(None),
        RoomDocument.room_id.in_(rooms_open_to(institution_id)),
        is_readable,
        is_authorised(),
        sa.or_(Room.deal_id.is_(None), own_deal),
        is_granted_to(account_id, institution_id, day),
    )


def is_authorised() -> sa.ColumnElement[bool]:
    """True where what the startup signed for its profile that is in force covers a document."""
    names_it = AuthorisedDocument.document_id == RoomDocument.id
    named = sa.select(AuthorisedDocument.authorisation_id).where(names_it).correlate(RoomDocument)
    return sa.exists().where(
        Publication.startup_id == Room.startup_id,
        Publication.ended_at.is_(None),
        Authorisation.id == Publication.authorisation_id,
        sa.or_(Authorisation.all_documents, Authorisation.id.in_(named)),
    )


def rooms_open_to(institution_id: int | None) -> sa.Select[Any]:
    """The rooms in which anything was granted to an investor: a search begins with them, not with every document."""
    return sa.select(Grant.room_id).where(Grant.institution_id == institution_id, Grant.revoked_at.is_(None))


def is_granted_to(
    account_id: int, institution_id: int | None, day: date, *conditions: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """True where a grant of the document, of a folder around it or of its room holds for an investor on a day."""
    return sa.exists().where(
        Grant.room_id == RoomDocument.room_id,
        holds_on(day),
        Grant.institution_id == institution_id,
        sa.or_(Grant.account_id.is_(None), Grant.account_id == account_id),
        sa.or_(Grant.document_id.is_(None), Grant.document_id == RoomDocument.id),
        covers_folder(),
        *conditions,
    )


def folders_open_to(account_id: int, institution_id: int | None, day: date) -> sa.ColumnElement[bool]:
    """Folders, in a statement of `Folder`, of which an investor was given leave to read all on a day: others are not
    named to it."""
    return sa.exists().where(
        Grant.room_id == Folder.room_id,
        holds_on(day),
        Grant.institution_id == institution_id,
        sa.or_(Grant.account_id.is_(None), Grant.account_id == account_id),
        Grant.document_id.is_(None),
        covers_folder(),
    )


def holds_on(day: date) -> sa.ColumnElement[bool]:
    """Grants by which somebody reads on a day."""
    return sa.and_(Grant.revoked_at.is_(None), sa.or_(Grant.until.is_(None), Grant.until >= day))


def covers_folder() -> sa.ColumnElement[bool]:
    """Grants of no folder, or of one in which the folder of the statement lies."""
    granted = aliased(Folder)
    around = sa.select(granted.id).where(granted.id == Grant.folder_id, Folder.path.startswith(granted.path))
    return sa.or_(Grant.folder_id.is_(None), around.correlate(Grant, Folder).exists())
