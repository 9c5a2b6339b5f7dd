"""What an event becomes: a service for each startup that came, and tasks to follow up."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.activities import actions as activity_actions
from crm.activities.models import Ref
from crm.audit import actions as audit
from crm.core.db import db
from crm.core.errors import Refusal
from crm.events.actions import move
from crm.events.models import Event, EventInterest, EventService, EventState
from crm.events.queries import Room, interests_of, room_of, services_of
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.lib.translations import translator
from crm.services import actions as service_actions
from crm.services.actions import ServiceValues
from crm.services.models import Service, ServiceType
from crm.startups.models import Startup

Pair = tuple[int, int]


class Tasks(enum.StrEnum):
    """For whom closing an event makes tasks."""

    STARTUP = "startup"
    PAIR = "pair"
    NONE = "none"


@dataclass(frozen=True)
class Plan:
    """What closing shall make. `startups`: the ids of those that get a service.

    `interests`: (startup, institution) of those who want to hear more; with Tasks.PAIR each of these gets a task.
    """

    type: ServiceType
    startups: Collection[int]
    interests: Collection[Pair] = ()
    tasks: Tasks = Tasks.STARTUP
    due_on: date | None = None
    assignee_id: int | None = None


@dataclass
class Made:
    """What closing made."""

    services: list[Service] = field(default_factory=list)
    tasks: int = 0


def close(event: Event, plan: Plan, *, by: Actor, at: datetime) -> Made:
    """Close an event: services for the startups that came, tasks to follow up; what is there already stays as it is.

    A closed event can be closed again, for those who were added since. Raises Refusal before the event has begun.
    """
    if at < event.starts_at:
        raise Refusal({"": N_("The event has not begun yet: close it when it is over.")})
    room, made = room_of(event), Made()
    move(event, EventState.CLOSED, by=by, at=at)
    eager = note_interests(event, room, plan.interests, by=by, at=at)
    served = services_of(event)
    wanted = [one for one in room.startups if one.id in plan.startups and not is_served(served.get(one.id))]
    for startup in wanted:
        made.services.append(serve(event, room, startup, served.get(startup.id), plan, by=by, at=at))
    drafts = [draft(event, *pair, by.language) for pair in follow_ups(room, plan, wanted, eager)]
    made.tasks = len(
        activity_actions.add_tasks(
            drafts, after=event.name, due_on=plan.due_on, assignee_id=plan.assignee_id, by=by, at=at
        )
    )
    return made


def is_served(service: Service | None) -> bool:
    return service is not None and service.archived_at is None


def note_interests(event: Event, room: Room, interests: Collection[Pair], *, by: Actor, at: datetime) -> set[Pair]:
    """Keep who wants to hear more of whom, of those who came; returns the new ones."""
    came = {(startup.id, institution.id) for startup in room.startups for institution in room.institutions}
    after = came & set(interests)
    before = set_interests(event, after)
    if before != after:
        told = audit.change("interests", len(before) or None, len(after) or None, back=sorted(before))
        audit.record(event, "changed", by=by, at=at, name=event.name, changes=[told])
    return after - before


def set_interests(event: Event, pairs: Collection[Pair]) -> set[Pair]:
    """Replace who wants to hear more of whom; returns what was noted before."""
    before = interests_of(event)
    db.session.execute(sa.delete(EventInterest).where(EventInterest.event_id == event.id))
    db.session.add_all(
        EventInterest(event_id=event.id, startup_id=one, institution_id=two) for one, two in sorted(pairs)
    )
    return before


def serve(
    event: Event, room: Room, startup: Startup, earlier: Service | None, plan: Plan, *, by: Actor, at: datetime
) -> Service:
    """The service of an event for one startup; one that was archived comes back."""
    if earlier is not None:
        service_actions.restore(earlier, by=by, at=at)
        return earlier
    values = ServiceValues(
        happened_on=event.day,
        content="，".join(filter(None, (event.name, event.place))),
        handler=event.owner.name if event.owner else "",
        outcomes={"startups": str(len(room.startups)), "institutions": str(len(room.institutions))},
    )
    service = service_actions.log_service(startup, plan.type, values, room.institutions, by=by, at=at)
    db.session.add(EventService(event_id=event.id, startup_id=startup.id, service_id=service.id))
    return service


def follow_ups(
    room: Room, plan: Plan, served: Sequence[Startup], eager: Collection[Pair]
) -> list[tuple[Startup, Institution | None]]:
    """Whom the tasks are about: startups that were served just now, or those who said just now that they are eager."""
    if plan.tasks == Tasks.STARTUP:
        return [(one, None) for one in served]
    if plan.tasks == Tasks.PAIR:
        return [(one, two) for one in room.startups for two in room.institutions if (one.id, two.id) in eager]
    return []


def draft(event: Event, startup: Startup, institution: Institution | None, language: str) -> tuple[str, list[Ref]]:
    """What a task says, in the language of whom it is made by, and what it is about."""
    names = {"startup": startup.shown_name, "event": event.name}
    about = [Ref("startup", startup.id), Ref("event", event.id)]
    if institution is None:
        told = N_("Follow up with %(startup)s after “%(event)s”", **names)
    else:
        about.append(Ref("institution", institution.id))
        names["institution"] = institution.shown_name
        told = N_("Follow up %(startup)s × %(institution)s after “%(event)s”", **names)
    return translator(language)(told), about


def reopen(event: Event, *, by: Actor, at: datetime) -> None:
    """Let more people be checked in; services and tasks that were made stay, and are not made twice."""
    move(event, EventState.OPEN, by=by, at=at)
