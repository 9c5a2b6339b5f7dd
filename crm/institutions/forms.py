"""Forms of institutions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from crm.institutions.actions import InstitutionValues
from crm.web.fields import (
    AmountField,
    ChoiceField,
    CodesField,
    CreditCodeField,
    DayField,
    LongTextField,
    MoneyField,
    TextField,
)
from crm.web.form import CreatingForm, EditingForm, Form


class InstitutionFields(Form):
    name = TextField(_("Full name"), length=200, needed=True)
    short_name = TextField(_("Short name"), length=80)
    kind = ChoiceField(_("Kind"), needed=True)
    credit_code = CreditCodeField(_("Credit code"))
    joined_on = DayField(_("Joined on"))
    city = TextField(_("City"), length=40)
    amac_number = TextField(_("AMAC number"), length=20)
    assets = MoneyField(_("Assets managed"))
    ticket = AmountField(_("Ticket"), description=_("For example 500-2000万."))
    growth_stages = CodesField(_("Stages"))
    sectors = CodesField(_("Sectors"))
    left_on = DayField(_("Left on"))
    note = LongTextField(_("Note"))

    first_sight = ("name", "short_name", "kind", "credit_code", "joined_on", "city")

    def value(self) -> InstitutionValues:
        """What the form says."""
        names = InstitutionValues.__dataclass_fields__
        return InstitutionValues(**{name: self[name].data for name in names})


class AddInstitutionForm(InstitutionFields, CreatingForm):
    pass


class EditInstitutionForm(InstitutionFields, EditingForm):
    pass
