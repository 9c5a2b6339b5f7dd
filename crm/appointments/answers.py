"""The calendar file of a meeting as an answer, for the desk and for the portal."""

from __future__ import annotations

from io import BytesIO

from flask import send_file
from werkzeug.wrappers import Response

from crm.appointments.models import Appointment
from crm.appointments.queries import calendar_event
from crm.lib.calendar import write_calendar
from crm.settings.choices import word
from crm.settings.platform import identity


def calendar_answer(appointment: Appointment, startup_name: str) -> Response | None:
    """The file; None while no time was ever set. `startup_name`: what the reader knows the startup by."""
    about = "\n".join(filter(None, (word("appointment_way", appointment.way), appointment.participants)))
    event = calendar_event(appointment, startup_name, about)
    if event is None:
        return None
    written = write_calendar(event, product=identity().name)
    return send_file(BytesIO(written), "text/calendar", as_attachment=True, download_name="meeting.ics")
