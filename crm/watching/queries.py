"""Reading what institutions watch and passed on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import Account
from crm.accounts.policies import is_investor
from crm.core.db import db
from crm.core.prepared import Prepared
from crm.watching.models import Pass, Watch, WatchNote


def is_watched(institution_id: int | None, startup_id: int) -> bool:
    """True for a startup on the watchlist of an institution."""
    listed = sa.and_(Watch.institution_id == institution_id, Watch.startup_id == startup_id)
    return db.session.scalar(sa.select(Watch.id).where(listed)) is not None


def notes_about(actor: Account, startup_id: int) -> Sequence[WatchNote]:
    """The notes of the actor's institution about a startup, the newest first."""
    if not is_investor(actor):
        return ()
    return db.session.scalars(NOTES, {"ours": actor.institution_id, "about": startup_id}).all()


def notes_of(actor: Account) -> sa.ColumnElement[bool]:
    """The notes that an account may read: those of its own institution, and nobody else any."""
    return WatchNote.institution_id == actor.institution_id if is_investor(actor) else sa.false()


def find_note(actor: Account, note_id: int) -> WatchNote | None:
    """A note that the actor may take away: its own, or any of the institution for its administrator."""
    own = sa.true() if actor.is_institution_admin else WatchNote.account_id == actor.id
    return db.session.scalar(sa.select(WatchNote).where(WatchNote.id == note_id, notes_of(actor), own))


def latest_notes(actor: Account, startup_ids: Collection[int]) -> dict[int, WatchNote]:
    """{startup: the newest note of the actor's institution about it}."""
    newest = (
        sa.select(sa.func.max(WatchNote.id))
        .where(notes_of(actor), WatchNote.startup_id.in_(startup_ids))
        .group_by(WatchNote.startup_id)
    )
    found = sa.select(WatchNote).options(joinedload(WatchNote.account)).where(WatchNote.id.in_(newest))
    return {note.startup_id: note for note in db.session.scalars(found)}


def pass_on(institution_id: int | None, startup_id: int) -> Pass | None:
    """What an institution said when it passed on a startup, with who said it; None while it has not."""
    told = sa.and_(Pass.institution_id == institution_id, Pass.startup_id == startup_id)
    return db.session.scalar(sa.select(Pass).options(joinedload(Pass.account)).where(told))


def stance(actor: Account, startup_id: int) -> Any:
    """What the actor's institution thinks of a startup, as a row.

    `passed_at` (None while it has not passed on it), `passed_by`, `reason` and `word` of its pass; `is_watched`; how
    many `notes`, and the newest `note` with `note_by`.
    """
    return STANCE.first(ours=actor.institution_id if is_investor(actor) else None, about=startup_id)


OURS: Any = sa.bindparam("ours", type_=sa.BigInteger)
ABOUT: Any = sa.bindparam("about", type_=sa.BigInteger)
NOTES: Any = (
    sa.select(WatchNote)
    .options(joinedload(WatchNote.account))
    .where(WatchNote.institution_id == OURS, WatchNote.startup_id == ABOUT)
    .order_by(WatchNote.id.desc())
)
NOTED = sa.and_(WatchNote.institution_id == OURS, WatchNote.startup_id == ABOUT)
NEWEST = sa.select(sa.func.max(WatchNote.id)).where(NOTED).scalar_subquery()
PASSER, NOTER = aliased(Account), aliased(Account)
STANCE = Prepared(
    sa.select(
        Pass.at.label("passed_at"),
        PASSER.name.label("passed_by"),
        Pass.reason,
        Pass.note.label("word"),
        sa.exists().where(Watch.institution_id == OURS, Watch.startup_id == ABOUT).label("is_watched"),
        sa.select(sa.func.count()).select_from(WatchNote).where(NOTED).scalar_subquery().label("notes"),
        WatchNote.text.label("note"),
        NOTER.name.label("note_by"),
    )
    .select_from(sa.select(sa.literal(1)).subquery())
    .outerjoin(Pass, sa.and_(Pass.institution_id == OURS, Pass.startup_id == ABOUT))
    .outerjoin(PASSER, PASSER.id == Pass.account_id)
    .outerjoin(WatchNote, WatchNote.id == NEWEST)
    .outerjoin(NOTER, NOTER.id == WatchNote.account_id)
)


def passed_startups(institution_id: int | None) -> sa.Select[int]:
    """The ids of the startups that an institution passed on in the portal, for any statement to hold against."""
    return sa.select(Pass.startup_id).where(Pass.institution_id == institution_id)


def watchers_of(startup_id: int, among: Collection[int] | None = None) -> Sequence[int]:
    """The ids of the accounts whose institution watches a startup. `among`: of these institutions only."""
    watching = sa.select(Watch.institution_id).where(Watch.startup_id == startup_id)
    if among is not None:
        watching = watching.where(Watch.institution_id.in_(among))
    return db.session.scalars(
        sa.select(Account.id).where(Account.institution_id.in_(watching), Account.disabled_at.is_(None))
    ).all()
