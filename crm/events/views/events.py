"""Pages of events: the list, the record, planning and changing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.accounts.models import Account
from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.events import actions, policies, queries
from crm.events.follow_up import FollowUp, follow_up_of, rates_of
from crm.events.forms import EditEventForm, PlanEventForm
from crm.events.models import Event, EventState
from crm.events.views.blueprint import bp, record_page, say_refused
from crm.settings.choices import choices
from crm.settings.filters import asked_bin, asked_filters, asked_flag
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request


@bp.get("/events/")
@requires(policies.may_list)
def list_events() -> Any:
    wanted, chips = asked_filters(
        q=(_("Search"), ""), kind=(_("Kind"), "event_kind"), state=(_("State"), "event_state")
    )
    mine, mine_chip = asked_flag("mine", _("Host"), _("me"))
    archived, bin_chip = asked_bin()
    past, today = request.args.get("when") == "past", day_of(now())
    found = queries.events(
        actor(),
        place_from_request(),
        now(),
        text=wanted["q"],
        kind=wanted["kind"],
        state=wanted["state"],
        owner_id=actor().id if mine else None,
        past=past,
        archived=archived,
    )
    ids = [one.id for one in found.rows]
    return page(
        "events/list_events.html",
        listing=listing(found, chips + mine_chip + bin_chip),
        wanted=wanted,
        past=past,
        counts=queries.counts_of(ids),
        rates={one: shown_rate(rate, today) for one, rate in rates_of(ids).items()} if past else {},
        mine=mine,
        kinds=choices("event_kind"),
        states=choices("event_state"),
        today=today,
        may_write=policies.may_write(actor()),
    )


def shown_rate(rate: FollowUp, today: date) -> tuple[int | None, int, int, bool]:
    """A rate, the pairs that were followed up, all pairs, and whether the 30 days run."""
    return rate.rate, len(rate.touches), rate.pairs, rate.is_so_far(today)


@bp.route("/events/new", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def plan_event() -> Any:
    form = offer(PlanEventForm(kind=request.args.get("kind"), owner=str(actor().id)))
    form.owner.default = str(actor().id)
    form.focus("name", "day", "begins")

    def save() -> Response:
        event = actions.add(form.value(), owner=owner_of(form), by=actor(), at=now())
        flash(_("%(name)s was planned. Now invite to it.", name=event.name), "done")
        return see_other("events.list_guests", event_id=event.id)

    return form_page("events/plan_event.html", form, save)


@bp.get("/events/<int:event_id>")
@requires(policies.may_see, event=queries.find_event)
def show_event(event: Event) -> Any:
    room = queries.room_of(event)
    return record_page(
        "events/show_event.html",
        event,
        room,
        services=queries.services_of(event),
        follow_up=follow_up_of(event),
    )


@bp.get("/events/<int:event_id>/history")
@requires(policies.may_see, event=queries.find_event)
def show_history(event: Event) -> Any:
    room = queries.room_of(event)
    parts = {
        "event_guest": [one.id for one in room.guests],
        "event_arrival": [one.id for one in room.arrivals],
    }
    return record_page("events/show_history.html", event, room, entries=told_history("event", event.id, parts))


@bp.route("/events/<int:event_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, event=queries.find_event)
def edit_event(event: Event) -> Any:
    form = edit_form(event)

    def save() -> Response:
        told = {"owner": owner_of(form), "version": form.version.data}
        actions.edit(event, form.value(), **told, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("events.show_event", event_id=event.id)

    return form_page("events/edit_event.html", form, save, saved=lambda: edit_form(event, formdata=None), event=event)


@bp.post("/events/<int:event_id>/open")
@requires(policies.may_write, event=queries.find_event)
def open_check_in(event: Event) -> Response:
    told = _("Check-in is open: tick guests off, or show visitors the code.")
    return moved(event, EventState.OPEN, told, then="check_in")


@bp.post("/events/<int:event_id>/reopen")
@requires(policies.may_write, event=queries.find_event)
def reopen_event(event: Event) -> Response:
    return moved(event, EventState.OPEN, _("Open again. What the event became stays, and nothing is made twice."))


@bp.post("/events/<int:event_id>/cancel")
@requires(policies.may_write, event=queries.find_event)
def cancel_event(event: Event) -> Response:
    return moved(event, EventState.CANCELLED, _("%(name)s was cancelled.", name=event.name))


@bp.post("/events/<int:event_id>/resume")
@requires(policies.may_write, event=queries.find_event)
def resume_event(event: Event) -> Response:
    return moved(event, EventState.PLANNED, _("%(name)s is being prepared again.", name=event.name))


@bp.post("/events/<int:event_id>/archive")
@requires(policies.may_write, event=queries.find_event)
def archive_event(event: Event) -> Response:
    return changed(event, actions.archive, _("The event was archived. You can restore it from the bin."))


@bp.post("/events/<int:event_id>/restore")
@requires(policies.may_write, event=queries.find_event)
def restore_event(event: Event) -> Response:
    return changed(event, actions.restore, _("The event was restored."))


def moved(event: Event, state: EventState, told: str, then: str = "show_event") -> Response:
    return changed(event, lambda event, by, at: actions.move(event, state, by=by, at=at), told, then)


def changed(event: Event, action: Callable[..., None], told: str, then: str = "show_event") -> Response:
    """Do it and say so, or say why not."""
    try:
        action(event, by=actor(), at=now())
    except Refusal as refusal:
        say_refused(refusal)
    else:
        flash(told, "done")
    return see_other(f"events.{then}", event_id=event.id)


def edit_form(event: Event, **source: Any) -> Any:
    return offer(EditEventForm(obj=event, **EditEventForm.told(event), **source))


def offer(form: Any) -> Any:
    form.kind.offer(choices("event_kind"))
    form.owner.offer([(str(number), name) for number, name in account_queries.owner_names()], empty="")
    return form


def owner_of(form: Any) -> Account | None:
    return next((one for one in account_queries.owners() if str(one.id) == form.owner.data), None)
