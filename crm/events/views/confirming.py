"""Saying who somebody was who came without being known."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.core.errors import Refusal
from crm.events import arrivals, policies, queries
from crm.events.arrivals import clear_ones
from crm.events.forms import ConfirmForm
from crm.events.guest_names import called
from crm.events.models import Arrival, Event
from crm.events.views.blueprint import bp, record_page
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.startups import actions as startup_actions
from crm.startups import queries as startup_queries
from crm.startups.actions import StartupValues
from crm.startups.models import Startup
from crm.web.answers import form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import ngettext


@bp.get("/events/<int:event_id>/arrivals")
@requires(policies.may_write, event=queries.find_event)
def list_arrivals(event: Event) -> Any:
    return record_page("events/list_arrivals.html", event, clear=len(clear_ones(event)))


@bp.route("/events/arrivals/<int:arrival_id>/confirm", methods=["GET", "POST"])
@requires(policies.may_write, arrival=queries.find_arrival)
def confirm_arrival(arrival: Arrival) -> Any:
    form = ConfirmForm(**likely(arrival), keep_person=bool(arrival.name))

    def save() -> Response:
        keep = bool(form.keep_person.data and arrival.name)
        arrivals.settle(arrival, organisation_of(form), keep_person=keep, by=actor(), at=now())
        flash(_("%(name)s was confirmed.", name=arrival.called), "done")
        return see_other("events.list_arrivals", event_id=arrival.event_id)

    return form_page("events/confirm_arrival.html", form, save, arrival=arrival, event=arrival.event)


@bp.post("/events/<int:event_id>/arrivals/confirm-clear")
@requires(policies.may_write, event=queries.find_event)
def confirm_clear(event: Event) -> Response:
    count = arrivals.settle_clear(event, by=actor(), at=now())
    flash(ngettext("%(num)s person was confirmed.", "%(num)s people were confirmed.", count), "done")
    return see_other("events.list_arrivals", event_id=event.id)


@bp.post("/events/arrivals/<int:arrival_id>/discard")
@requires(policies.may_write, arrival=queries.find_arrival)
def discard_arrival(arrival: Arrival) -> Response:
    arrivals.archive(arrival, by=actor(), at=now())
    flash(_("%(name)s was discarded and no longer counts.", name=arrival.called), "done")
    return see_other("events.list_arrivals", event_id=arrival.event_id)


def likely(arrival: Arrival) -> dict[str, str]:
    """The organisation that an entry most likely means, as the form's fields; else what was typed, as a startup."""
    if arrival.guest is not None:
        found: list[Any] = [arrival.guest.organisation]
    else:
        found = [one for one in called(arrival.organisation) if isinstance(one, (Startup, Institution))]
    if len(found) == 1:
        return {"startup" if isinstance(found[0], Startup) else "institution": found[0].name}
    return {"startup": arrival.organisation}


def organisation_of(form: ConfirmForm) -> Startup | Institution:
    """The organisation that the form names, a startup made on request. Raises Refusal at the field."""
    institution, startup = form.institution.data, form.startup.data
    if bool(institution) == bool(startup):
        raise Refusal({"institution": N_("Name the institution or the startup, exactly one of the two.")})
    if institution:
        return institution_queries.resolve(institution, field="institution")
    if form.add_startup.data:
        return add_startup(startup)
    return startup_queries.resolve(startup, field="startup")


def add_startup(name: str) -> Startup:
    """A startup of this name. Raises Refusal at the form's field when there is one."""
    try:
        return startup_actions.add(StartupValues(name=name), by=actor(), at=now())
    except Refusal as refusal:
        raise Refusal({"startup": refusal.fields.get("name", N_("This cannot be added."))}) from None
