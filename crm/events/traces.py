"""What events keep about a person: where they were invited and came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.clock import SHANGHAI
from crm.core.db import db
from crm.events.models import Arrival, Guest
from crm.lib.text import N_
from crm.people.models import Person
from crm.people.traces import Trace


def rows(person: Person) -> Sequence[Sequence[str]]:
    """Each event with its day, and when and as what the person came."""
    invited = db.session.scalars(
        sa.select(Guest).options(joinedload(Guest.event)).where(Guest.person_id == person.id).order_by(Guest.id)
    )
    told = [[one.event.name, one.event.day.isoformat(), "受邀", ""] for one in invited]
    for one in arrivals_of(person):
        moment = one.arrived_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        typed = "，".join(filter(None, (one.name, one.organisation, one.title, one.phone)))
        agreed = f"；知情同意文本 {one.consent}" if one.consent else ""
        told.append([one.event.name, one.event.day.isoformat(), f"签到 {moment}", typed + agreed])
    return told


def erase(person: Person, by: Actor, at: datetime) -> None:
    """Take the person's name and data out of every check-in and its history; that somebody came stays."""
    guests = db.session.scalars(sa.select(Guest.id).where(Guest.person_id == person.id)).all()
    arrivals = arrivals_of(person)
    audit.scrub("event_guest", guests, by=by, at=at)
    audit.scrub("event_arrival", [one.id for one in arrivals], by=by, at=at)
    for one in arrivals:
        one.name = one.title = one.phone = ""


def arrivals_of(person: Person) -> Sequence[Arrival]:
    """Every check-in of a person, those taken back too."""
    return db.session.scalars(
        sa.select(Arrival)
        .join(Arrival.event)
        .options(contains_eager(Arrival.event))
        .where(Arrival.person_id == person.id)
        .order_by(Arrival.id)
    ).all()


ATTENDANCE = Trace(N_("Events"), (N_("Event"), N_("Date"), N_("What"), N_("As written down")), rows, erase)
