"""Forms of reports."""

from __future__ import annotations

from crm.reports.periods import Period
from crm.web.fields import DayField, NameField, PicksField
from crm.web.form import CreatingForm
from crm.web.language import lazy_gettext as _


class MeetingForm(CreatingForm):
    language = PicksField(_("Language"))


class SummaryForm(CreatingForm):
    startup = NameField(_("Startup"), suggest="startups.suggest", needed=True)
    institution = NameField(_("Institution"), suggest="institutions.suggest", needed=True)
    from_day = DayField(_("From"), needed=True)
    to_day = DayField(_("To"), needed=True)
    language = PicksField(_("Language"))

    def keep_only(self, about: str) -> None:
        """Leave the name that this kind of summary needs: of a startup, of an institution, or none."""
        for name in {"startup", "institution"} - {about}:
            del self[name]

    def period(self) -> Period:
        """The days asked for."""
        return Period(self.from_day.data, self.to_day.data)
