"""The log box: what somebody writes down in a breath, and the form that changes it later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, TextAreaField

from crm.activities.lookup import Found, Unknown
from crm.activities.mentions import read_chosen
from crm.activities.models import ActivityKind, Ref
from crm.activities.reading import read_clock
from crm.core.errors import Refusal
from crm.lib.text import N_, Unreadable
from crm.web.fields import ChoiceField, DayField, LongTextField, MoneyField, PicksField, TextField, TypedField
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _

MOST_PICKS = 30


class ClockField(TypedField):
    """A time of day: 14:00, 下午3点, 3pm."""

    def read(self, text: str) -> time:
        found = read_clock(text)
        if found is None:
            raise Unreadable(N_("“%(text)s” is not a time: write 14:00", text=text[:40]))
        return found

    def write(self, value: time | None) -> str:
        return value.strftime("%H:%M") if value else ""


class ActivityFields(Form):
    text = LongTextField(_("Text"), rows=2)
    chosen = TextAreaField()
    day = DayField(_("Date or due day"))
    clock = ClockField(_("Time"))
    place = TextField(_("Where"), length=120)
    participants = TextField(_("Taking part"), length=400)
    assignee = TextField(_("Assigned to"), length=80)
    repeats = ChoiceField(_("Repeats"))

    unknown: Sequence[Unknown] = ()
    unknown_participants: Sequence[Unknown] = ()

    def choices_made(self, picked: Iterable[str]) -> Mapping[str, Ref]:
        """{@name: record} that somebody chose, from the suggestions or for a name that means several."""
        return read_chosen([*str(self.chosen.data or "").splitlines(), *list(picked)[:MOST_PICKS]])

    def refuse_unknown(self, found: Found) -> None:
        """Ask which record each name means. Raises Refusal at the text where one is open."""
        self.unknown = found.unknown
        if found.unknown:
            names = "、".join(one.written for one in found.unknown)
            raise Refusal({"text": N_("Choose below what %(names)s means.", names=names)})

    def refuse_participants(self, unknown: Sequence[Unknown]) -> None:
        """Say who takes part but is not known, or means several. Raises Refusal at the field where there is any."""
        self.unknown_participants = unknown
        if unknown:
            names = "、".join(one.written for one in unknown)
            raise Refusal({"participants": N_("Nobody or several are called so: %(names)s.", names=names)})


class LogForm(ActivityFields, CreatingForm):
    about = HiddenField()
    back = HiddenField()
    kind = PicksField(_("Kind"))
    files = MultipleFileField(_("Attachments"))
    stage = ChoiceField(_("Move the deal to"))
    status = ChoiceField(_("Status of the deal"))
    signed = MoneyField(_("Signed amount"))
    received = MoneyField(_("Received amount"))
    reason = ChoiceField(_("Reason"))
    note = TextField(_("In words"), length=400)

    def moves_deal(self) -> bool:
        """True when a deal is to move in the same step."""
        return bool(self.stage.data or self.status.data)

    def step(self) -> dict[str, Any]:
        """Where the deal goes, and what that needs."""
        told = {name: self[name].data or "" for name in ("stage", "status", "note")}
        return {**told, "reason": self.reason.data or None, "signed": self.signed.data, "received": self.received.data}

    def sent_files(self) -> list[tuple[str, bytes]]:
        """(name, content) of what was attached."""
        return [(one.filename, one.read()) for one in self.files.data or () if one and one.filename]

    def kind_of(self) -> ActivityKind:
        """What is written down."""
        return ActivityKind(self.kind.data)


class EditActivityForm(ActivityFields, EditingForm):
    pass


class PostponeForm(Form):
    day = DayField(_("New due day"), needed=True)


class AssignForm(Form):
    to = ChoiceField(_("Assigned to"))
