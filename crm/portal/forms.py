"""Forms of the portal."""

from __future__ import annotations

from wtforms import BooleanField

from crm.appointments.actions import Wish
from crm.appointments.models import Way
from crm.questions.models import LONGEST_ENTRY
from crm.watching.models import LONGEST_NOTE
from crm.web.fields import AddressField, ChoiceField, LongTextField, MomentField, PicksField, TextField
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _


class InterestForm(CreatingForm):
    round_id = ChoiceField(_("Round"), needed=True)
    note = LongTextField(_("Add a word"), rows=2, length=1000)


class PassForm(Form):
    reason = ChoiceField(_("Reason"))
    note = TextField(_("In words"), length=400)
    tell_startup = BooleanField(_("The reason may be told to the startup"))


class NoteForm(CreatingForm):
    text = LongTextField(
        _("Note for my colleagues"),
        rows=2,
        length=LONGEST_NOTE,
        needed=True,
        description=_("Only your institution reads it."),
    )


class AskForm(CreatingForm):
    text = LongTextField(_("Your question"), rows=4, length=LONGEST_ENTRY, needed=True)


class WishForm(CreatingForm):
    first = MomentField(_("A time that suits you"), needed=True)
    second = MomentField(_("Another time"))
    third = MomentField(_("A third time"))
    way = PicksField(_("How"))
    with_whom = TextField(_("Whom you would like to meet"), length=200)
    note = LongTextField(_("What it is about"), rows=2, length=1000)

    def value(self) -> Wish:
        """What is asked for; at least one time."""
        times = [field.data for field in (self.first, self.second, self.third) if field.data]
        return Wish(times, Way(self.way.data), self.with_whom.data, self.note.data)


class DropForm(EditingForm):
    word = TextField(_("A word to the platform"), length=400)


class InviteColleagueForm(CreatingForm):
    name = TextField(_("Person's name"), length=80, needed=True)
    username = TextField(_("User name"), length=80, needed=True)
    email = AddressField(
        _("E-mail"),
        description=_("The invitation goes there by mail, too, where this installation sends mail."),
        render_kw={"autocomplete": "off"},
    )
