"""Forms of the portal."""

from __future__ import annotations

from crm.web.fields import ChoiceField, LongTextField
from crm.web.form import CreatingForm
from crm.web.language import lazy_gettext as _


class InterestForm(CreatingForm):
    round_id = ChoiceField(_("Round"), needed=True)
    note = LongTextField(_("Add a word"), rows=2, length=1000)
