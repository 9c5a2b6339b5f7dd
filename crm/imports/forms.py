"""The form that takes a ledger."""

from __future__ import annotations

from flask_wtf.file import FileField

from crm.web.fields import required
from crm.web.form import CreatingForm
from crm.web.language import lazy_gettext


class UploadLedgerForm(CreatingForm):
    """One XLSX file."""

    file = FileField(lazy_gettext("Ledger"), [required()], render_kw={"accept": ".xlsx"})

    def value(self) -> tuple[bytes, str]:
        """The file's content and name."""
        return self.file.data.read(), self.file.data.filename or "ledger.xlsx"
