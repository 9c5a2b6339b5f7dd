"""What an event becomes, and whether anything came of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.core.clock import day_of
from crm.events import closing, policies, queries
from crm.events.closing import Made, Plan, Tasks
from crm.events.follow_up import follow_up_of
from crm.events.forms import CloseForm
from crm.events.models import Event
from crm.events.queries import Room
from crm.events.views.blueprint import bp, record_page
from crm.services import queries as service_queries
from crm.web.answers import counted_once, form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language, ngettext
from crm.web.language import gettext as _


@bp.get("/events/<int:event_id>/results")
@requires(policies.may_see, event=queries.find_event)
def show_results(event: Event) -> Any:
    return record_page(
        "events/show_results.html", event, served=queries.service_rows(event), follow_up=follow_up_of(event)
    )


@bp.route("/events/<int:event_id>/close", methods=["GET", "POST"])
@requires(policies.may_write, event=queries.find_event)
@counted_once
def close_event(event: Event) -> Any:
    room, services = queries.room_of(event), queries.services_of(event)
    form = offer(closing_form(event, room), room)

    def save() -> Response:
        made = closing.close(event, plan_of(form), by=actor(), at=now())
        flash(told_made(made), "done")
        return see_other("events.show_results", event_id=event.id)

    return form_page("events/close_event.html", form, save, event=event, room=room, services=services)


def closing_form(event: Event, room: Room) -> CloseForm:
    type = queries.usual_type(event.kind)
    return CloseForm(
        type_id=str(type.id) if type else None,
        startups=tuple(str(one.id) for one in room.startups),
        interests=tuple(f"{one}-{two}" for one, two in queries.interests_of(event)),
        assignee=str(event.owner_id or actor().id),
    )


def offer(form: CloseForm, room: Room) -> CloseForm:
    language = current_language()
    types = [
        (str(one.id), f"{one.category.label(language)} · {one.label(language)}") for one in service_queries.types()
    ]
    form.type_id.offer(types)
    form.startups.offer([(str(one.id), one.shown_name) for one in room.startups])
    pairs = [(one, two) for one in room.startups for two in room.institutions]
    form.interests.offer([(f"{one.id}-{two.id}", f"{one.shown_name} × {two.shown_name}") for one, two in pairs])
    form.tasks.offer(
        [
            (Tasks.STARTUP, _("One for each startup")),
            (Tasks.PAIR, _("One for each that wants to hear more")),
            (Tasks.NONE, _("None")),
        ]
    )
    form.assignee.offer([(str(number), name) for number, name in account_queries.owner_names()], empty=_("Nobody yet"))
    return form


def plan_of(form: CloseForm) -> Plan:
    """What the form asks for."""
    pairs = [pair for one in form.interests.data if (pair := re.fullmatch(r"(\d{1,18})-(\d{1,18})", one))]
    return Plan(
        service_queries.type_by_id(int(form.type_id.data), field="type_id"),
        {int(one) for one in form.startups.data if one.isdecimal() and len(one) < 19},
        interests=[(int(pair[1]), int(pair[2])) for pair in pairs],
        tasks=Tasks(form.tasks.data),
        due_on=day_of(now()) + timedelta(days=form.due_days.data or 7),
        assignee_id=int(form.assignee.data) if form.assignee.data else None,
    )


def told_made(made: Made) -> str:
    parts = [
        ngettext(
            "The event is closed: %(num)s service was logged.",
            "The event is closed: %(num)s services were logged.",
            len(made.services),
        )
    ]
    if made.tasks:
        parts.append(ngettext("%(num)s task follows.", "%(num)s tasks follow.", made.tasks))
    return " ".join(parts)
