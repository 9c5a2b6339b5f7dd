"""Reading meetings that investors asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor
from crm.appointments.models import Appointment, AppointmentState
from crm.appointments.policies import may_see
from crm.core.db import db
from crm.core.expressions import within
from crm.core.listing import Place, Slice, Sort, counting, slice_of
from crm.deals.queries.responsible import concerns
from crm.lib.calendar import CalendarEvent

WITH_NAMES = (
    joinedload(Appointment.startup),
    joinedload(Appointment.institution),
    joinedload(Appointment.account),
    joinedload(Appointment.owner),
)
MOST_COUNTED = 99
UNANSWERED = ("open", "mine")
AGENDA = sa.func.coalesce(Appointment.starts_at, Appointment.asked_at, type_=Appointment.asked_at.type)


def find_appointment(actor: Actor, appointment_id: int) -> Appointment | None:
    """A meeting as the desk reads it, with names."""
    if not may_see(actor):
        return None
    return db.session.scalar(sa.select(Appointment).options(*WITH_NAMES).where(Appointment.id == appointment_id))


def appointments(actor: Actor, place: Place, *, state: str = "") -> Slice:
    """The meetings for the desk, the latest first; one that has no time yet stands where it was asked for. `state`: one
    of them, "" for all; "open": those that wait, the longest first, "mine": those of them that the reader sees to."""
    seen = sa.true() if may_see(actor) else sa.false()
    statement = sa.select(Appointment).options(*WITH_NAMES).where(seen)
    if state == "mine":
        statement = statement.where(Appointment.owner_id == actor.id)
    if state:
        wanted = AppointmentState.ASKED if state in UNANSWERED else state
        statement = statement.where(Appointment.state == wanted)
    return slice_of(statement, Appointment.id, {"time": Sort(AGENDA, state not in UNANSWERED)}, place)


def waiting_for(reader: Account, at: datetime, limit: int) -> Sequence[Appointment]:
    """The meetings to be set that somebody of the desk has to see to, those that wait longest first."""
    asked = sa.select(Appointment).options(*WITH_NAMES).where(Appointment.state == AppointmentState.ASKED)
    mine = concerns(Appointment.owner_id, Appointment.asked_at, reader, at)
    return db.session.scalars(asked.where(mine).order_by(Appointment.asked_at, Appointment.id).limit(limit)).all()


def open_appointments_of(owner: Account | None, among: Collection[int] | None = None) -> Sequence[Appointment]:
    """The meetings that wait for a time and that somebody sees to."""
    own = sa.and_(Appointment.owner_id == (owner.id if owner else None), Appointment.state == AppointmentState.ASKED)
    return db.session.scalars(
        sa.select(Appointment).options(*WITH_NAMES).where(own, within(Appointment.id, among)).order_by(Appointment.id)
    ).all()


def count_waiting() -> sa.ScalarSelect[int]:
    """How many meetings the desk has to set, to 99; for any statement to carry along."""
    asked = sa.select(Appointment.id).where(Appointment.state == AppointmentState.ASKED)
    return counting(asked, MOST_COUNTED).scalar_subquery()


def coming(institution_id: int | None, at: datetime) -> sa.ColumnElement[bool]:
    """An institution's meetings that are to come or still to be set."""
    ahead = sa.and_(Appointment.state == AppointmentState.SET, Appointment.starts_at > at)
    return sa.and_(
        Appointment.institution_id == institution_id, sa.or_(Appointment.state == AppointmentState.ASKED, ahead)
    )


def colleagues_of(appointment: Appointment) -> Sequence[int]:
    """The ids of the accounts of the institution that asked."""
    own = sa.and_(Account.institution_id == appointment.institution_id, Account.disabled_at.is_(None))
    return db.session.scalars(sa.select(Account.id).where(own)).all()


def calendar_event(appointment: Appointment, startup_name: str, about: str) -> CalendarEvent | None:
    """A meeting for a calendar; None while it was never set."""
    starts_at, ends_at = appointment.starts_at, appointment.ends_at
    if starts_at is None or ends_at is None:
        return None
    return CalendarEvent(
        uid=appointment.uid,
        sequence=appointment.sequence,
        starts_at=starts_at,
        ends_at=ends_at,
        changed_at=appointment.changed_at,
        title=f"{appointment.institution.shown_name} × {startup_name}",
        place=appointment.place,
        about=about,
        is_off=appointment.state == AppointmentState.OFF,
    )
