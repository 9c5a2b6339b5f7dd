"""Meetings that the investor's institution asks for."""

from __future__ import annotations

from typing import Any

from flask import abort, flash
from werkzeug.wrappers import Response

from crm.appointments import actions
from crm.appointments.answers import calendar_answer
from crm.appointments.models import Appointment, AppointmentState, Way
from crm.core.clock import day_of
from crm.institutions import queries as institution_queries
from crm.portal import daily, policies, queries
from crm.portal.forms import DropForm, WishForm
from crm.portal.views.blueprint import bp, for_admitted
from crm.settings.choices import choices
from crm.startups.models import Startup
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request


@bp.get("/appointments/")
@requires(policies.may_read)
@for_admitted
def list_appointments() -> Any:
    today = day_of(now())
    found = listing(daily.my_appointments(actor(), today, place_from_request()), [])
    names = daily.names_of(actor(), found.rows, today)
    return page("portal/list_appointments.html", listing=found, names=names)


@bp.route("/startups/<int:startup_id>/appointments", methods=["GET", "POST"])
@requires(policies.may_read, startup=queries.find_startup)
@counted_once
def ask_appointment(startup: Startup) -> Any:
    form = WishForm()
    form.way.offer(choices("appointment_way"))
    form.way.data = form.way.data or Way.VIDEO.value

    def save() -> Response:
        institution = institution_queries.institution_of(actor())
        appointment = actions.ask(startup, institution, form.value(), by=actor(), at=now())
        flash(_("The platform asks the startup and confirms a time here."), "done")
        return see_other("portal.show_appointment", appointment_id=appointment.id)

    return form_page("portal/ask_appointment.html", form, save, startup=startup, name=daily.published_name(startup))


@bp.get("/appointments/<int:appointment_id>")
@requires(policies.may_read, appointment=daily.find_appointment)
def show_appointment(appointment: Appointment) -> Any:
    is_off, name = appointment.state == AppointmentState.OFF, daily.published_name(appointment.startup)
    return page("portal/show_appointment.html", appointment=appointment, is_off=is_off, name=name)


@bp.route("/appointments/<int:appointment_id>/call-off", methods=["GET", "POST"])
@requires(policies.may_read, appointment=daily.find_appointment)
def call_off_appointment(appointment: Appointment) -> Any:
    form = DropForm(obj=appointment)

    def save() -> Response:
        actions.call_off(appointment, form.word.data, version=form.version.data, by=actor(), at=now())
        flash(_("The meeting is off; the platform was told."), "done")
        return see_other("portal.show_appointment", appointment_id=appointment.id)

    name = daily.published_name(appointment.startup)
    return form_page("portal/call_off_appointment.html", form, save, appointment=appointment, name=name)


@bp.get("/appointments/<int:appointment_id>/calendar.ics")
@requires(policies.may_read, appointment=daily.find_appointment)
def download_calendar(appointment: Appointment) -> Response:
    answer = calendar_answer(appointment, daily.published_name(appointment.startup))
    if answer is None:
        abort(404)
    return answer
