"""Forms of meetings that investors ask for: what the desk sets."""

from __future__ import annotations

from typing import Any

from crm.appointments.actions import MOST_MINUTES, Setting
from crm.appointments.models import USUAL_MINUTES, Way
from crm.web.fields import ChoiceField, MomentField, TextField, WholeNumberField
from crm.web.form import EditingForm
from crm.web.language import lazy_gettext as _


class SettleForm(EditingForm):
    starts = MomentField(_("Begins"), needed=True)
    minutes = WholeNumberField(_("Minutes"), most=MOST_MINUTES, needed=True)
    way = ChoiceField(_("How"), needed=True)
    place = TextField(_("Where, or how to join"), length=300)
    participants = TextField(_("Taking part"), length=400)

    def value(self) -> Setting:
        """When and how it takes place."""
        told: dict[str, Any] = {name: self[name].data for name in ("place", "participants")}
        return Setting(self.starts.data, int(self.minutes.data or USUAL_MINUTES), Way(self.way.data), **told)


class CallOffForm(EditingForm):
    word = TextField(_("A word to the other side"), length=400)
