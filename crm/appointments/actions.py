"""Asking for a meeting, setting it, calling it off."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.accounts.models import Account, Actor
from crm.accounts.queries import finance_staff
from crm.activities import actions as activity_actions
from crm.activities.actions import ActivityValues
from crm.activities.models import Activity, ActivityKind, Ref
from crm.appointments.models import USUAL_MINUTES, Appointment, AppointmentState, Way
from crm.appointments.queries import colleagues_of
from crm.audit import actions as audit
from crm.core.clock import SHANGHAI, day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.actions import deal_title
from crm.deals.queries import deals_between
from crm.deals.queries.responsible import responsible_for
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.startups.models import Startup

MOST_MINUTES = 480
MOST_WISHES = 3


@dataclass(frozen=True)
class Wish:
    """What an investor asks for."""

    times: Sequence[datetime]
    way: Way = Way.VIDEO
    with_whom: str = ""
    note: str = ""


@dataclass(frozen=True)
class Setting:
    """When and how a meeting takes place."""

    starts_at: datetime
    minutes: int = USUAL_MINUTES
    way: Way = Way.VIDEO
    place: str = ""
    participants: str = ""


def ask(startup: Startup, institution: Institution, wish: Wish, *, by: Account, at: datetime) -> Appointment:
    """An institution asks for a meeting with a startup; who is responsible at the desk is told. Raises Refusal without
    a time to come."""
    if not wish.times:
        raise Refusal({"first": N_("Propose at least one time.")})
    if min(wish.times) <= at:
        raise Refusal({"first": N_("A time that you propose has passed already.")})
    appointment = Appointment(
        startup=startup,
        institution=institution,
        account_id=by.id,
        owner_id=responsible_for(startup.id, institution.id),
        way=wish.way,
        wishes=[one.isoformat() for one in sorted(set(wish.times))[:MOST_WISHES]],
        with_whom=wish.with_whom,
        note=wish.note,
        uid=uuid.uuid4().hex,
        asked_at=at,
        changed_at=at,
        state=AppointmentState.ASKED,
    )
    db.session.add(appointment)
    audit.record(appointment, "wished", by=by, at=at, name=title_of(appointment))
    tell_desk(appointment, NoticeKind.APPOINTMENT_ASKED, by=by, at=at)
    return appointment


def assign(appointment: Appointment, to: Account | None, *, by: Actor, at: datetime) -> None:
    """Let somebody of the desk see to a meeting, or nobody yet."""
    before, appointment.owner = appointment.owner, to
    owner = audit.change("owner_id", before and before.name, to and to.name, back=before and before.id)
    audit.record(appointment, "changed", by=by, at=at, name=title_of(appointment), changes=[owner])
    if to is not None and to.id != by.id:
        tell(appointment, [to.id], NoticeKind.APPOINTMENT_ASKED, by=appointment.account, at=at)


def settle(appointment: Appointment, setting: Setting, *, version: int | None, by: Account, at: datetime) -> None:
    """Set a meeting to a time, or to another one. It becomes an activity of the desk. Raises Refusal, Conflict."""
    appointment.expect_version(version)
    if setting.starts_at <= at:
        raise Refusal({"starts": N_("This time has passed already.")})
    if not 0 < setting.minutes <= MOST_MINUTES:
        raise Refusal({"minutes": N_("Between 1 and 480 minutes.")})
    is_change = appointment.activity_id is not None
    appointment.starts_at, appointment.minutes, appointment.way = setting.starts_at, setting.minutes, setting.way
    appointment.place, appointment.participants = setting.place, setting.participants
    appointment.state, appointment.word, appointment.changed_at = AppointmentState.SET, "", at
    appointment.sequence += is_change
    keep_activity(appointment, setting.starts_at, by=by, at=at)
    audit.record(appointment, "set", by=by, at=at, name=title_of(appointment))
    tell_institution(appointment, NoticeKind.APPOINTMENT_SET, by=by, at=at)


def call_off(appointment: Appointment, word: str, *, version: int | None, by: Account, at: datetime) -> None:
    """Desk or institution calls a meeting off; the other side is told. Raises Refusal when it is off, Conflict."""
    appointment.expect_version(version)
    if appointment.state == AppointmentState.OFF:
        raise Refusal({"": N_("This meeting is off already.")})
    appointment.state, appointment.word, appointment.changed_at = AppointmentState.OFF, word, at
    appointment.sequence += appointment.starts_at is not None
    if appointment.activity_id is not None:
        activity_actions.archive(db.session.get_one(Activity, appointment.activity_id), by=by, at=at)
    audit.record(appointment, "called_off", by=by, at=at, name=title_of(appointment))
    tell_institution(appointment, NoticeKind.APPOINTMENT_OFF, by=by, at=at)
    if by.institution_id is not None:
        tell_desk(appointment, NoticeKind.APPOINTMENT_DROPPED, by=by, at=at)


def keep_activity(appointment: Appointment, starts_at: datetime, *, by: Account, at: datetime) -> None:
    """The meeting among what the desk writes down about deal, startup and institution; no deal moves by it."""
    values = activity_values(appointment, starts_at)
    if appointment.activity_id is None:
        appointment.activity_id = activity_actions.write(values, by=by, at=at).id
        return
    activity = db.session.get_one(Activity, appointment.activity_id)
    if activity.archived_at is not None:
        activity_actions.restore(activity, by=by, at=at)
    activity_actions.edit(activity, values, version=None, by=by, at=at)


def activity_values(appointment: Appointment, starts_at: datetime) -> ActivityValues:
    deals = deals_between(appointment.startup_id, appointment.institution_id)
    about = [Ref("deal", deals[0].id)] if deals else []
    about += [Ref("startup", appointment.startup_id), Ref("institution", appointment.institution_id)]
    told = (title_of(appointment), appointment.participants, appointment.note)
    return ActivityValues(
        ActivityKind.MEETING,
        "\n".join(filter(None, told)),
        about=about,
        happened_on=day_of(starts_at),
        starts_at=starts_at.astimezone(SHANGHAI).time(),
        place=appointment.place[:120],
    )


def title_of(appointment: Appointment) -> str:
    return deal_title(appointment.startup, appointment.institution)


def tell_desk(appointment: Appointment, kind: NoticeKind, *, by: Account, at: datetime) -> None:
    """Tell who sees to a meeting, or everybody while nobody does."""
    tell(appointment, [appointment.owner_id] if appointment.owner_id else finance_staff(), kind, by=by, at=at)


def tell(appointment: Appointment, whom: Collection[int], kind: NoticeKind, *, by: Account, at: datetime) -> None:
    notify(
        whom,
        kind,
        record_type="appointment",
        record_id=appointment.id,
        name=title_of(appointment),
        note=appointment.word or appointment.note,
        by=by,
        at=at,
    )


def tell_institution(appointment: Appointment, kind: NoticeKind, *, by: Actor, at: datetime) -> None:
    """Tell the institution's accounts, but not whoever did it; the desk's people are no names for outsiders."""
    notify(
        [one for one in colleagues_of(appointment) if one != by.id],
        kind,
        record_type="startup",
        record_id=appointment.startup_id,
        name=appointment.startup.shown_name,
        by=None,
        at=at,
    )
