"""The desk sets the meetings that investors ask for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, request
from werkzeug.wrappers import Response

from crm.accounts.forms import AssignForm
from crm.accounts.queries import owner_names, owners
from crm.appointments import actions, policies, queries
from crm.appointments.answers import calendar_answer
from crm.appointments.forms import CallOffForm, SettleForm
from crm.appointments.models import Appointment, AppointmentState
from crm.core.clock import day_of
from crm.settings.choices import choices
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request

bp = Blueprint("appointments", __name__, url_prefix="/appointments")


@bp.get("/")
@requires(policies.may_list)
def list_appointments() -> Any:
    state = request.args.get("state", "")
    words = {"open": _("Unanswered"), "mine": _("Mine, unanswered"), **dict(choices("appointment_state"))}
    chips = [("state", _("State"), words[state])] if state in words else []
    found = queries.appointments(actor(), place_from_request(), state=state if chips else "")
    return page(
        "appointments/list_appointments.html",
        listing=listing(found, chips),
        states=list(words.items()),
        state=state,
        today=day_of(now()),
    )


@bp.post("/<int:appointment_id>/assign")
@requires(policies.may_write, appointment=queries.find_appointment)
def assign_appointment(appointment: Appointment) -> Response:
    form = AssignForm().among(owners())
    if not form.validate():
        abort(400)
    actions.assign(appointment, form.value(), by=actor(), at=now())
    flash(_("Saved."), "done")
    return see_other("appointments.show_appointment", appointment_id=appointment.id)


@bp.get("/<int:appointment_id>")
@requires(policies.may_see, appointment=queries.find_appointment)
def show_appointment(appointment: Appointment) -> Any:
    return page("appointments/show_appointment.html", form=settle_form(appointment), **told(appointment))


@bp.post("/<int:appointment_id>")
@requires(policies.may_write, appointment=queries.find_appointment)
def settle_appointment(appointment: Appointment) -> Any:
    form = settle_form(appointment)

    def save() -> Response:
        actions.settle(appointment, form.value(), version=form.version.data, by=actor(), at=now())
        flash(_("The meeting is set, and the institution was told."), "done")
        return see_other("appointments.show_appointment", appointment_id=appointment.id)

    return form_page("appointments/show_appointment.html", form, save, **told(appointment))


@bp.route("/<int:appointment_id>/call-off", methods=["GET", "POST"])
@requires(policies.may_write, appointment=queries.find_appointment)
def call_off_appointment(appointment: Appointment) -> Any:
    form = CallOffForm(obj=appointment)

    def save() -> Response:
        actions.call_off(appointment, form.word.data, version=form.version.data, by=actor(), at=now())
        flash(_("The meeting is off, and the institution was told."), "done")
        return see_other("appointments.show_appointment", appointment_id=appointment.id)

    return form_page("appointments/call_off_appointment.html", form, save, appointment=appointment)


@bp.get("/<int:appointment_id>/calendar.ics")
@requires(policies.may_see, appointment=queries.find_appointment)
def download_calendar(appointment: Appointment) -> Response:
    answer = calendar_answer(appointment, appointment.startup.shown_name)
    if answer is None:
        abort(404)
    return answer


def settle_form(appointment: Appointment) -> SettleForm:
    first = appointment.starts_at or next(iter(appointment.wished_times), None)
    participants = appointment.participants or appointment.with_whom
    form = SettleForm(obj=appointment, starts=first, participants=participants)
    form.way.offer(choices("appointment_way"))
    return form


def told(appointment: Appointment) -> dict[str, Any]:
    return {
        "appointment": appointment,
        "owners": owner_names(),
        "today": day_of(now()),
        "may_write": policies.may_write(actor()),
        "is_off": appointment.state == AppointmentState.OFF,
    }
