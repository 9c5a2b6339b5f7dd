"""Who is invited to an event."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, request
from werkzeug.wrappers import Response

from crm.core.errors import Refusal
from crm.deals import queries as deal_queries
from crm.events import actions, policies, queries
from crm.events.forms import EditGuestForm, InviteForm
from crm.events.guest_names import named_guests, suggested, told
from crm.events.models import Event, Guest, GuestRole, Reply
from crm.events.views.blueprint import bp, record_page, say_refused
from crm.institutions.models import Institution
from crm.people import queries as people_queries
from crm.people.models import Person
from crm.settings.choices import choices, word
from crm.startups.models import Startup
from crm.web.answers import counted_once, form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import ngettext
from crm.web.names import listed, not_clear

MEANS = "means:"
SUGGESTED = 5


@bp.get("/events/<int:event_id>/guests")
@requires(policies.may_see, event=queries.find_event)
def list_guests(event: Event) -> Any:
    return record_page("events/list_guests.html", event)


@bp.get("/events/suggest-guests")
@requires(policies.may_list)
def suggest_guests() -> Response:
    text = request.args.get("q", "").strip()
    found = suggested(text, SUGGESTED) if text else []
    return jsonify(items=[{"value": one.name, "label": told(one), "note": kind_of(one)} for one in found])


@bp.route("/events/<int:event_id>/guests/new", methods=["GET", "POST"])
@requires(policies.may_write, event=queries.find_event)
@counted_once
def invite_guests(event: Event) -> Any:
    form = InviteForm(role=GuestRole.PRESENTING.value)
    form.role.offer(choices("guest_role"))
    named = named_guests(listed(form.names), meanings())
    form.names.data = named.text or form.names.data
    unclear = named.unclear

    def save() -> Response:
        if unclear:
            raise Refusal({"names": not_clear(len(unclear))})
        new = actions.invite(event, named.meant, GuestRole(form.role.data), by=actor(), at=now())
        flash(told_invited(len(new), len(named.meant) - len(new)), "done")
        return see_other("events.list_guests", event_id=event.id)

    return form_page("events/invite_guests.html", form, save, event=event, unclear=unclear)


@bp.route("/events/guests/<int:guest_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, guest=queries.find_guest)
def edit_guest(guest: Guest) -> Any:
    people, rounds = people_of(guest), deal_queries.rounds_of(guest.startup) if guest.startup else []
    form = EditGuestForm(obj=guest, person=str(guest.person_id or ""), round=str(guest.round_id or ""))
    form.reply.offer(choices("guest_reply"))
    form.role.offer(choices("guest_role"))
    form.person.offer([(str(one.id), f"{one.name} {one.title}".strip()) for one in people], empty="")
    form.round.offer([(str(one.id), word("round_name", one.name)) for one in rounds], empty="")
    if guest.startup is None:
        del form.role, form.round

    def save() -> Response:
        actions.edit_guest(
            guest,
            role=GuestRole(form.role.data) if "role" in form else guest.role,
            reply=Reply(form.reply.data),
            person=chosen(people, form.person.data),
            round=chosen(rounds, form.round.data) if "round" in form else None,
            by=actor(),
            at=now(),
        )
        flash(_("Saved."), "done")
        return see_other("events.list_guests", event_id=guest.event_id)

    return form_page("events/edit_guest.html", form, save, guest=guest, event=guest.event)


@bp.post("/events/guests/<int:guest_id>/accept")
@requires(policies.may_write, guest=queries.find_guest)
def accept_guest(guest: Guest) -> Response:
    return answered(guest, Reply.ACCEPTED)


@bp.post("/events/guests/<int:guest_id>/decline")
@requires(policies.may_write, guest=queries.find_guest)
def decline_guest(guest: Guest) -> Response:
    return answered(guest, Reply.DECLINED)


@bp.post("/events/guests/<int:guest_id>/archive")
@requires(policies.may_write, guest=queries.find_guest)
def archive_guest(guest: Guest) -> Response:
    try:
        actions.archive_guest(guest, by=actor(), at=now())
    except Refusal as refusal:
        say_refused(refusal)
    else:
        flash(_("%(name)s is off the list.", name=guest.name), "done")
    return see_other("events.list_guests", event_id=guest.event_id)


def answered(guest: Guest, reply: Reply) -> Response:
    actions.answer(guest, reply, by=actor(), at=now())
    flash(_("%(name)s: %(reply)s.", name=guest.name, reply=word("guest_reply", reply)), "done")
    return see_other("events.list_guests", event_id=guest.event_id)


def people_of(guest: Guest) -> list[Person]:
    """Those who may come for a guest; of an invited person only that one."""
    if guest.subject.startswith("person:"):
        return [guest.person] if guest.person else []
    if guest.startup is not None:
        return list(people_queries.people_of_startup(guest.startup))
    return list(people_queries.people_of_institution(guest.institution)) if guest.institution else []


def chosen(records: Any, record_id: str | None) -> Any:
    return next((one for one in records if str(one.id) == record_id), None)


def meanings() -> dict[str, str]:
    """{typed name: the record that was chosen for it}."""
    return {key.removeprefix(MEANS): value for key, value in request.form.items() if key.startswith(MEANS) and value}


def told_invited(new: int, known: int) -> str:
    parts = [ngettext("%(num)s guest was put on the list.", "%(num)s guests were put on the list.", new)]
    if known:
        parts.append(ngettext("%(num)s was on it already.", "%(num)s were on it already.", known))
    return " ".join(parts)


def kind_of(record: Startup | Institution | Person) -> str:
    return str({Startup: _("Startup"), Institution: _("Institution")}.get(type(record), _("Person")))
