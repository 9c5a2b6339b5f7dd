"""Forms of confidentiality."""

from __future__ import annotations

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.widgets import HiddenInput

from crm.accounts.models import Account
from crm.confidentiality.actions import PaperValues, TermsValues
from crm.web.fields import ChoiceField, DayField, LongTextField, TextField, WholeNumberField, required
from crm.web.form import CreatingForm
from crm.web.language import lazy_gettext as _

LONGEST_TERM = 120


class WriteTermsForm(CreatingForm):
    text_zh = LongTextField(_("Terms in Chinese"), length=20_000, rows=14, needed=True)
    text_en = LongTextField(_("Terms in English"), length=20_000, rows=14, needed=True)
    months = WholeNumberField(
        _("Months"), most=LONGEST_TERM, needed=True, description=_("How long an acceptance holds.")
    )

    def value(self) -> TermsValues:
        """What the form says."""
        zh, en = (self[name].data.replace("\r\n", "\n") for name in ("text_zh", "text_en"))
        return TermsValues(zh, en, self.months.data)


class AcceptTermsForm(CreatingForm):
    terms_id = IntegerField(widget=HiddenInput())
    next = HiddenField()
    may_bind = BooleanField(_("I may sign for my institution, and accept for it too"))
    agree = BooleanField(_("I have read the terms and accept them"), [required()])


class RecordPaperForm(CreatingForm):
    account_id = ChoiceField(_("Who is bound"))
    signed_by = TextField(_("Signed by"), length=80, needed=True)
    accepted_on = DayField(_("Signed on"), needed=True)
    until = DayField(_("Holds until"), needed=True)
    files = MultipleFileField(
        _("Papers"), description=_("Pictures or PDF."), render_kw={"accept": "image/*,.pdf", "multiple": True}
    )

    def value(self, people: dict[str, Account]) -> PaperValues:
        """What the form says; `people`: whom it may be about, by id."""
        account = people.get(self.account_id.data or "")
        return PaperValues(account, self.signed_by.data, self.accepted_on.data, self.until.data)
