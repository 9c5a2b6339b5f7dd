"""Forms of questions: what the desk writes."""

from __future__ import annotations

from crm.questions.models import LONGEST_ENTRY
from crm.web.fields import LongTextField, TextField
from crm.web.form import EditingForm
from crm.web.language import lazy_gettext as _


class AnswerForm(EditingForm):
    text = LongTextField(_("Answer"), rows=4, length=LONGEST_ENTRY, needed=True)


class RefuseForm(EditingForm):
    word = TextField(
        _("Why it is not passed on"), length=400, needed=True, description=_("The institution reads this.")
    )


class ShareForm(EditingForm):
    asked = LongTextField(_("Question"), rows=3, length=LONGEST_ENTRY, needed=True)
    told = LongTextField(_("Answer"), rows=5, length=LONGEST_ENTRY, needed=True)
