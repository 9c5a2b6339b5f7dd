"""Forms of institutions, their brands and admissions."""

from __future__ import annotations

from flask_wtf.file import MultipleFileField

from crm.institutions.actions import AdmissionValues, InstitutionValues
from crm.institutions.thesis import Thesis
from crm.web.fields import (
    ChoiceField,
    CodesField,
    DayField,
    LongTextField,
    MoneyField,
    NameField,
    PicksField,
    TextField,
)
from crm.web.form import CreatingForm, EditingForm
from crm.web.investing import InvestingFields
from crm.web.language import lazy_gettext as _
from crm.web.legal_person import LegalPersonFields


class InstitutionFields(LegalPersonFields):
    kind = ChoiceField(_("Kind"), needed=True)
    joined_on = DayField(_("Joined on"))
    city = TextField(_("City"), length=40)
    brand = NameField(
        _("Brand"),
        suggest="institutions.suggest_brand",
        length=80,
        description=_("One name over several legal persons. A new name makes a new brand."),
    )
    assets = MoneyField(_("Assets managed"))
    amac_number = TextField(_("AMAC number"), length=20, description=_("Usually P and seven digits."))
    amac_status = ChoiceField(_("AMAC status"))
    amac_checked_on = DayField(_("AMAC status of"))
    left_on = DayField(_("Left on"))
    other_kinds = CodesField(_("Also"))
    note = LongTextField(_("Note"))

    first_sight = ("name", "short_name", "kind", "credit_code", "joined_on", "city")

    def value(self) -> InstitutionValues:
        """What the form says."""
        names = set(InstitutionValues.__dataclass_fields__) - set(self.identity())
        told = {name: self[name].data for name in names}
        told["amac_status"] = told["amac_status"] or None
        told["amac_number"] = told["amac_number"].upper()
        told["other_kinds"] = tuple(code for code in told["other_kinds"] or () if code != told["kind"])
        return InstitutionValues(**told, **self.identity())


class AddInstitutionForm(InstitutionFields, CreatingForm):
    pass


class EditInstitutionForm(InstitutionFields, EditingForm):
    pass


class EditThesisForm(InvestingFields, EditingForm):
    def value(self) -> Thesis:
        """What the form says."""
        return Thesis(**self.told())


class EditBrandForm(EditingForm):
    name = TextField(_("Brand"), length=80, needed=True)


class RecordAdmissionForm(CreatingForm):
    result = PicksField(_("Result"))
    checked = ChoiceField(_("What was checked"), needed=True)
    checked_on = DayField(_("Checked on"), needed=True)
    recheck_on = DayField(_("Check again on"))
    evidence = LongTextField(_("Evidence"), description=_("What was seen and where: register, number, page."))
    files = MultipleFileField(_("Papers"), description=_("Pictures or PDF."), render_kw={"accept": "image/*,.pdf"})

    def value(self, checked_by: str) -> AdmissionValues:
        """What the form says."""
        names = ("result", "checked", "checked_on", "recheck_on", "evidence")
        return AdmissionValues(checked_by=checked_by, **{name: self[name].data for name in names})
