"""The form of a figure that was reported."""

from __future__ import annotations

from typing import Any

from crm.metrics.actions import SubmittedValues
from crm.web.fields import DayField, LongTextField, TextField
from crm.web.form import CreatingForm
from crm.web.language import lazy_gettext as _


class SubmitForm(CreatingForm):
    as_of = DayField(_("As of"), needed=True)
    submitted_to = TextField(_("Reported to"), length=120, needed=True)
    submitted_on = DayField(_("Reported on"), needed=True)
    note = LongTextField(_("Note"), length=1000, rows=2)

    def value(self) -> SubmittedValues:
        """What the form says."""
        told: dict[str, Any] = {name: self[name].data for name in SubmittedValues.__dataclass_fields__}
        return SubmittedValues(**told | {"note": self.note.data or ""})
