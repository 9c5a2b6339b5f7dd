"""The forms that take somebody's form, and that ask for its period."""

from __future__ import annotations

from flask_wtf.file import FileField

from crm.reports.periods import Period
from crm.web.fields import DayField, PicksField, TextField, required
from crm.web.form import CreatingForm
from crm.web.language import lazy_gettext as _


class UploadFormForm(CreatingForm):
    """One XLSX file, and what it is called here."""

    file = FileField(_("Form (XLSX)"), [required()], render_kw={"accept": ".xlsx"})
    name = TextField(_("Name"), length=120, description=_("What it is called here; the file's name by default."))

    def value(self) -> tuple[bytes, str, str]:
        """The file's content, its name, and what it is called here."""
        file_name = self.file.data.filename or "form.xlsx"
        return self.file.data.read(), file_name, self.name.data or file_name.removesuffix(".xlsx")[:120]


class FillForm(CreatingForm):
    from_day = DayField(_("From"), needed=True)
    to_day = DayField(_("As of"), needed=True)
    language = PicksField(_("Language"))

    def period(self) -> Period:
        """The days asked for."""
        return Period(self.from_day.data, self.to_day.data)
