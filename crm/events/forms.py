"""Forms of events, their guests and checking in."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField

from crm.core.clock import SHANGHAI
from crm.events.actions import EventValues
from crm.events.arrivals import ArrivalValues
from crm.events.closing import Tasks
from crm.events.models import Event
from crm.web.fields import (
    ChoiceField,
    CodesField,
    DayField,
    LongTextField,
    NameField,
    PicksField,
    TextField,
    TimeField,
    WholeNumberField,
)
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _

MOST_GUESTS = 100_000
LONGEST_WAIT = 365
MOST_KEYS = 64


class EventFields(Form):
    kind = ChoiceField(_("Kind"), needed=True)
    name = TextField(_("Name of the event"), length=120, needed=True)
    day = DayField(_("Date"), needed=True)
    begins = TimeField(_("Begins"), needed=True)
    until = TimeField(_("Ends"), description=_("Empty: two hours later."))
    place = TextField(_("Venue"), length=200)
    agenda = LongTextField(_("Agenda"), rows=5, description=_("One item a line."))
    owner = ChoiceField(_("Host"))
    capacity = WholeNumberField(_("Seats"), most=MOST_GUESTS)

    first_sight = ("name", "kind", "day", "begins", "until", "place")

    def value(self) -> EventValues:
        """What the form says."""
        return EventValues(**{name: self[name].data for name in EventValues.__dataclass_fields__})


class PlanEventForm(EventFields, CreatingForm):
    pass


class EditEventForm(EventFields, EditingForm):
    @staticmethod
    def told(event: Event) -> dict[str, Any]:
        """What the form shows of an event besides its columns."""
        starts, ends = (moment.astimezone(SHANGHAI) for moment in (event.starts_at, event.ends_at))
        owner = str(event.owner_id) if event.owner_id else ""
        return {"day": starts.date(), "begins": starts.time(), "until": ends.time(), "owner": owner}


class InviteForm(CreatingForm):
    names = LongTextField(
        _("Startups, institutions and people"),
        length=20_000,
        rows=6,
        needed=True,
        description=_("One name a line, or separated by ; or paste a column from Excel."),
        render_kw={"data-chips": "", "autofocus": True},
    )
    role = PicksField(_("Startups among them"))


class EditGuestForm(Form):
    reply = PicksField(_("Reply"))
    role = PicksField(_("Role"))
    person = ChoiceField(_("Who comes"))
    round = ChoiceField(_("Round presented"))


class WalkInForm(CreatingForm):
    name = TextField(_("Person's name"), length=80, needed=True, render_kw={"autocomplete": "off"})
    organisation = TextField(_("Institution or startup"), length=200, render_kw={"autocomplete": "off"})
    phone = TextField(_("Phone"), length=40, render_kw={"inputmode": "tel", "autocomplete": "off"})
    consent = BooleanField(_("They heard the text below and agree"))

    def value(self, version: str) -> ArrivalValues:
        """What the form says; `version`: of the wording that is shown."""
        consent = version if self.consent.data else ""
        return ArrivalValues(self.name.data, self.organisation.data, phone=self.phone.data, consent=consent)


class VisitForm(CreatingForm):
    name = TextField(_("Your name"), length=80, needed=True, render_kw={"autocomplete": "name"})
    organisation = TextField(
        _("Your organisation"), length=200, needed=True, render_kw={"autocomplete": "organization"}
    )
    title = TextField(_("Your title"), length=80, render_kw={"autocomplete": "organization-title"})
    phone = TextField(_("Your phone number"), length=40, render_kw={"inputmode": "tel", "autocomplete": "tel"})
    consent = BooleanField(_("I agree"), render_kw={"required": True})

    def value(self, version: str) -> ArrivalValues:
        """What the form says; `version`: of the wording that is shown."""
        consent = version if self.consent.data else ""
        return ArrivalValues(self.name.data, self.organisation.data, self.title.data, self.phone.data, consent)


class ConfirmForm(Form):
    institution = NameField(_("Institution"), suggest="institutions.suggest")
    startup = NameField(_("Startup"), suggest="startups.suggest", description=_("One of the two."))
    add_startup = BooleanField(_("This startup is not there yet: add it"))
    keep_person = BooleanField(_("Keep as a person there"))


class CloseForm(CreatingForm):
    type_id = ChoiceField(_("Service"), needed=True)
    startups = CodesField(_("Startups that get the service"))
    interests = CodesField(_("Who wants to hear more"))
    tasks = PicksField(_("Follow-up tasks"), default=Tasks.STARTUP.value)
    due_days = WholeNumberField(_("Due in days"), most=LONGEST_WAIT, default=7)
    assignee = ChoiceField(_("Assigned to"))
