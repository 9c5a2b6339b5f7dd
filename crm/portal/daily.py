"""What waits for an investor: new profiles, what its institution watches, asks and arranges, and its notices.

All of it is about startups whose profile it may read today: what is withdrawn is gone from every list at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from crm.accounts.models import Account, Visit
from crm.accounts.policies import is_investor
from crm.appointments.models import Appointment, AppointmentState
from crm.appointments.queries import AGENDA, coming
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.core.keeping import kept
from crm.core.listing import Count, Place, Slice, Sort, slice_of
from crm.deals.models import FIRST_STAGE, Deal, DealStatus, Round
from crm.deals.policies import visible_to as deals_visible_to
from crm.institutions.queries import is_shut_out
from crm.notifications.models import Notice
from crm.notifications.policies import visible_to as notices_visible_to
from crm.portal.queries import MY_DEALS
from crm.publishing.models import Publication
from crm.publishing.policies import readable_by
from crm.publishing.queries import MOST_BESIDE, Neighbour, publication_in_force
from crm.questions.models import Question
from crm.startups.models import Startup
from crm.watching.models import Watch
from crm.watching.queries import passed_startups

SHOWN: tuple[Any, ...] = (
    Publication.startup_id,
    Publication.shown_name.label("startup_name"),
    Publication.summary,
    Publication.published_at,
)


def last_visit(account: Account) -> datetime | None:
    """When the account came the time before this visit; None on the first."""
    return db.session.scalar(sa.select(Visit.before_at).where(Visit.account_id == account.id))


def published_name(startup: Startup) -> str:
    """What a startup that the reader may read is called in its profile."""
    return str(publication_in_force(startup).shown_name)


def new_profiles(account: Account, day: date, since: datetime | None, limit: int) -> Sequence[Any]:
    """The profiles published since a moment, or ever, the latest first; without what the institution passed on."""
    ours = account.institution_id
    statement = sa.select(*SHOWN).where(readable_by(ours, day), Publication.startup_id.not_in(passed_startups(ours)))
    if since is not None:
        statement = statement.where(Publication.published_at > since)
    newest = statement.order_by(Publication.published_at.desc(), Publication.id.desc())
    return db.session.execute(newest.limit(limit)).all()


def watched(account: Account, day: date, place: Place, count: Count = Count.ALL) -> Slice:
    """What the institution watches, as rows, the latest put on the list first."""
    sorts = {"watched": Sort(Watch.at, True), "name": Sort(Publication.name_key)}
    return slice_of(watched_by(account, day), Watch.id, sorts, place, count=count)


def watched_by(account: Account, day: date) -> sa.Select[Any]:
    own = sa.and_(Watch.institution_id == account.institution_id, readable_by(account.institution_id, day))
    return sa.select(*SHOWN, Watch.at).join(Watch, Watch.startup_id == Publication.startup_id).where(own)


def names_watched(account: Account, day: date) -> list[Neighbour]:
    """The same by name, the first so many."""
    found = watched_by(account, day).order_by(Watch.at.desc(), Watch.id.desc()).limit(MOST_BESIDE)
    return [Neighbour(row.startup_id, row.startup_name) for row in db.session.execute(found)]


def to_answer(account: Account, day: date, limit: int) -> Sequence[Any]:
    """Introductions of the desk that the institution has said nothing to yet, the latest first."""
    unanswered = sa.and_(Deal.stage == FIRST_STAGE, Deal.status == DealStatus.ACTIVE)
    statement = MY_DEALS.where(deals_visible_to(account), readable_by(account.institution_id, day), unanswered)
    return db.session.execute(statement.order_by(Deal.introduced_on.desc(), Deal.id.desc()).limit(limit)).all()


def find_deal(actor: Account, deal_id: int) -> Deal | None:
    """A deal of the actor's institution about a startup that it may read, with round and startup."""
    if not is_investor(actor) or is_shut_out(actor.institution_id):
        return None
    loaded = contains_eager(Deal.round).contains_eager(Round.startup)
    read = Round.startup_id.in_(startups_read_by(actor, day_of(now())))
    own = sa.and_(Deal.id == deal_id, deals_visible_to(actor), Deal.archived_at.is_(None), read)
    return db.session.scalar(sa.select(Deal).join(Deal.round).join(Round.startup).options(loaded).where(own))


def startups_read_by(account: Account, day: date) -> sa.Select[int]:
    """The ids of the startups whose profile the account may read on a day, if its institution is admitted."""
    return sa.select(Publication.startup_id).where(readable_by(account.institution_id, day))


# --- questions and meetings


def my_questions(account: Account, day: date, place: Place, startup: Startup | None = None) -> Slice:
    """The questions of the account's institution, the last moved first; `startup`: about that one only."""
    statement = own(Question, account, day)
    if startup is not None:
        statement = statement.where(Question.startup_id == startup.id)
    return slice_of(statement, Question.id, {"moved": Sort(Question.moved_at, True)}, place)


def my_appointments(account: Account, day: date, place: Place) -> Slice:
    """The meetings of the account's institution, the latest first."""
    statement = own(Appointment, account, day)
    return slice_of(statement, Appointment.id, {"time": Sort(AGENDA, True)}, place)


def coming_appointments(account: Account, at: datetime, limit: int) -> Sequence[Appointment]:
    """The meetings of the account's institution that are to come or still to be set, the next first."""
    statement = own(Appointment, account, day_of(at))
    statement = statement.where(coming(account.institution_id, at))
    ordered = statement.order_by(Appointment.state == AppointmentState.ASKED, Appointment.starts_at, Appointment.id)
    return db.session.scalars(ordered.limit(limit)).all()


def starts_known(account: Account) -> Sequence[datetime]:
    """When the meetings of the account's institution begin that have a time."""
    own = sa.and_(Appointment.institution_id == account.institution_id, Appointment.state == AppointmentState.SET)
    starts = sa.select(Appointment.starts_at).where(own)
    known = kept(("starts", account.institution_id), lambda: db.session.scalars(starts).all())
    return [start for start in known if start is not None]


def appointments_about(account: Account, startup: Startup, day: date, limit: int) -> Sequence[Appointment]:
    """The meetings of the account's institution with a startup, the latest first."""
    statement = own(Appointment, account, day)
    about = statement.where(Appointment.startup_id == startup.id)
    return db.session.scalars(about.order_by(AGENDA.desc(), Appointment.id.desc()).limit(limit)).all()


def find_question(actor: Account, question_id: int) -> Question | None:
    """A question of the actor's institution, about a startup that it may read."""
    question: Question | None = found(Question, actor, question_id)
    return question


def find_appointment(actor: Account, appointment_id: int) -> Appointment | None:
    """A meeting of the actor's institution with a startup that it may read."""
    appointment: Appointment | None = found(Appointment, actor, appointment_id)
    return appointment


def found(model: Any, actor: Account, record_id: int) -> Any:
    if not is_investor(actor) or is_shut_out(actor.institution_id):
        return None
    return db.session.scalar(own(model, actor, day_of(now())).where(model.id == record_id))


def own(model: Any, account: Account, day: date) -> sa.Select[Any]:
    """What belongs to the account's institution and is about a startup that it may read."""
    mine = sa.and_(model.institution_id == account.institution_id, model.startup_id.in_(startups_read_by(account, day)))
    loaded = (joinedload(model.startup), joinedload(model.institution), joinedload(model.account))
    return sa.select(model).options(*loaded).where(mine)


def names_of(account: Account, records: Sequence[Any], day: date) -> dict[int, str]:
    """{startup: its published name} of what some records are about, as far as the account may read it."""
    ids = {record.startup_id for record in records}
    shown = sa.select(Publication.startup_id, Publication.shown_name).where(Publication.startup_id.in_(ids))
    if not ids:
        return {}
    return {row[0]: row[1] for row in db.session.execute(shown.where(readable_by(account.institution_id, day)))}


# --- notices


def my_notices(account: Account, day: date, place: Place, count: Count = Count.ALL) -> Slice:
    """The account's notices, the newest first, as (notice, the startup's name). What may no longer be read has no
    name."""
    shown: tuple[Any, ...] = (Notice, sa.func.coalesce(Publication.shown_name, "").label("startup_name"))
    about = sa.and_(Publication.startup_id == Notice.record_id, readable_by(account.institution_id, day))
    statement = sa.select(*shown).outerjoin(Publication, about).where(notices_visible_to(account))
    return slice_of(statement, Notice.id, {"at": Sort(Notice.at, True)}, place, count=count)


def find_notice(actor: Account, notice_id: int) -> Notice | None:
    """One of the actor's own notices."""
    return db.session.scalar(sa.select(Notice).where(Notice.id == notice_id, notices_visible_to(actor)))
