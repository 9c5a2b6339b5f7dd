"""Forms of people."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from crm.people.actions import PersonValues
from crm.people.models import USUAL_PURPOSE, Person
from crm.web.fields import ChoiceField, DayField, LongTextField, NameField, TextField, required
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _

CONTACTS = ("phone", "email", "wechat")


class ContactField(TextField):
    """Contact data go in but never out: the field of an existing person is empty, its hint says what is kept."""

    def process_data(self, value: Any) -> None:
        self.data = ""


class PersonFields(Form):
    name = TextField(_("Person's name"), length=80, needed=True)
    title = TextField(_("Title"), length=80)
    institution = NameField(_("Institution"), suggest="institutions.suggest")
    startup = NameField(_("Startup"), suggest="startups.suggest", description=_("One of the two."))
    phone = ContactField(_("Phone"), length=40, render_kw={"inputmode": "tel", "autocomplete": "off"})
    source = ChoiceField(_("Source"))
    email = ContactField(_("E-mail"), length=120, render_kw={"inputmode": "email", "autocomplete": "off"})
    wechat = ContactField(_("WeChat"), length=60, render_kw={"autocomplete": "off"})
    source_note = TextField(_("Source in words"), length=200, description=_("Who introduced them, at which event."))
    purpose = TextField(_("Purpose"), length=200, default=USUAL_PURPOSE)
    basis = ChoiceField(_("Legal basis"))
    consented_on = DayField(_("Consent given on"))
    consent_until = DayField(_("Consent valid until"), description=_("Empty: until it is withdrawn."))
    share_consented_on = DayField(
        _("Consent to share given on"),
        description=_("Before investors read name, title and biography."),
    )
    share_consent_until = DayField(_("Consent to share valid until"))
    is_founder = BooleanField(_("Founder of the startup"))
    bio = LongTextField(
        _("About the person"), length=400, description=_("Investors read it once the person agreed to that.")
    )
    note = TextField(_("Note"), length=400, description=_("Internal."))

    first_sight = ("name", "title", "institution", "startup", "phone", "source")

    def told(self) -> dict[str, Any]:
        """What the form says, by the names of PersonValues."""
        return {name: self[name].data for name in PersonValues.__dataclass_fields__}


class AddPersonForm(PersonFields, CreatingForm):
    def value(self) -> PersonValues:
        """What the form says."""
        return PersonValues(**self.told())


class EditPersonForm(PersonFields, EditingForm):
    remove_phone = BooleanField(_("Remove the phone number"))
    remove_email = BooleanField(_("Remove the mail address"))
    remove_wechat = BooleanField(_("Remove the WeChat name"))

    def hint(self, person: Person) -> None:
        """Say, masked, what is kept in each contact field; without anything there is nothing to remove."""
        for name in CONTACTS:
            kept = person.masked.get(name)
            if kept:
                self[name].description = _("Kept: %(masked)s. Empty keeps it, typing replaces it.", masked=kept)
            else:
                del self[f"remove_{name}"]

    def value(self, person: Person) -> PersonValues:
        """What the form says; an empty contact field keeps what is there, unless it is ticked for removal."""
        told = self.told()
        for name in CONTACTS:
            removed = f"remove_{name}" in self and self[f"remove_{name}"].data
            told[name] = told[name] or ("" if removed else getattr(person, name))
        return PersonValues(**told)


class AttachForm(Form):
    file = FileField(
        _("Name card, signed consent or another paper"),
        [FileRequired(_("Choose a file."))],
        description=_("A picture or a PDF."),
        render_kw={"accept": "image/*,.pdf"},
    )


class ErasePersonForm(Form):
    confirmed = BooleanField(_("The person asked for it, and I know that this cannot be undone"), [required()])
