"""Which documents a startup authorised, and who may read them by then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.core.db import db
from crm.dataroom.models import AuthorisedDocument, Grant, Room, RoomDocument
from crm.dataroom.policies import covers_folder, holds_on, is_authorised
from crm.publishing.models import AudienceMember, Publication
from crm.publishing.policies import in_force_on
from crm.publishing.queries import latest_authorisation
from crm.startups.models import Startup


def authorised_documents(startup: Startup) -> Collection[int] | None:
    """The ids of the documents that the latest authorisation of a startup names; None where it covers all, or where
    there is none yet."""
    latest = latest_authorisation(startup)
    return None if latest is None or latest.all_documents else documents_named([latest.id])[latest.id].keys()


def documents_named(authorisation_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """{authorisation: {document that it names: its name}}."""
    found: dict[int, dict[int, str]] = {one: {} for one in authorisation_ids}
    rows = (
        sa.select(AuthorisedDocument.authorisation_id, RoomDocument.id, RoomDocument.name)
        .join(RoomDocument, RoomDocument.id == AuthorisedDocument.document_id)
        .where(AuthorisedDocument.authorisation_id.in_(authorisation_ids))
        .order_by(RoomDocument.name)
    )
    for authorisation_id, document_id, name in db.session.execute(rows):
        found[authorisation_id][document_id] = name
    return found


def readers_of(room: Room, day: date, *which: sa.ColumnElement[bool]) -> Sequence[int]:
    """The accounts that may read some document of a room on a day by their grants. `which` documents and grants."""
    publication = sa.select(Publication).where(Publication.startup_id == room.startup_id, in_force_on(day)).subquery()
    named = sa.select(AudienceMember.institution_id).where(
        AudienceMember.authorisation_id == publication.c.authorisation_id
    )
    return db.session.scalars(
        sa.select(Account.id)
        .distinct()
        .select_from(Grant)
        .join(RoomDocument, RoomDocument.room_id == Grant.room_id)
        .join(RoomDocument.room)
        .outerjoin(RoomDocument.folder)
        .join(publication, publication.c.startup_id == Room.startup_id)
        .join(Account, Account.institution_id == Grant.institution_id)
        .where(
            Grant.room_id == room.id,
            holds_on(day),
            sa.or_(Grant.account_id.is_(None), Grant.account_id == Account.id),
            sa.or_(Grant.document_id.is_(None), Grant.document_id == RoomDocument.id),
            covers_folder(),
            RoomDocument.archived_at.is_(None),
            is_authorised(),
            sa.or_(publication.c.for_all, Grant.institution_id.in_(named)),
            *which,
        )
    ).all()
