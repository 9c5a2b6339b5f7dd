"""Forms of services and the catalogue."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from crm.services.actions import ServiceValues
from crm.services.models import ServiceState
from crm.web.fields import AmountField, ChoiceField, DayField, LongTextField, NameField, TextField
from crm.web.form import CreatingForm, EditingForm, Form


class ServiceFields(Form):
    type_id = ChoiceField(_("Service"), needed=True)
    happened_on = DayField(_("Date"), needed=True)
    content = LongTextField(_("What was done"), rows=2)
    partners = NameField(
        _("Institutions taking part"),
        suggest="institutions.suggest",
        render_kw={"data-multiple": ""},
        description=_("Several institutions: separate them by 、"),
    )
    state = ChoiceField(_("State"), needed=True, default=ServiceState.COMPLETED.value)
    outcome = TextField(_("Outcome"), length=200)
    amount = AmountField(_("Amount"))
    handler = TextField(_("Handled by"), length=80)
    partner_text = TextField(_("Other partners"), length=200)

    def value(self) -> ServiceValues:
        """What the form says."""
        told: dict[str, Any] = {name: self[name].data for name in ServiceValues.__dataclass_fields__}
        told["state"] = ServiceState(self.state.data)
        return ServiceValues(**told)


class LogServiceForm(ServiceFields, CreatingForm):
    startup = NameField(_("Startup"), suggest="startups.suggest", needed=True)

    first_sight = ("startup", "type_id", "happened_on", "state", "content", "partners")


class EditServiceForm(ServiceFields, EditingForm):
    first_sight = ("type_id", "happened_on", "state", "content", "partners", "outcome")


class CategoryForm(CreatingForm):
    line = ChoiceField(_("Platform line"), needed=True)
    name_zh = TextField(_("Name in Chinese"), length=60, needed=True)
    name_en = TextField(_("Name in English"), length=60)


class ServiceTypeForm(CreatingForm):
    name_zh = TextField(_("Name in Chinese"), length=60, needed=True)
    name_en = TextField(_("Name in English"), length=60)


class RenameForm(Form):
    name_zh = TextField(_("Name in Chinese"), length=60, needed=True)
    name_en = TextField(_("Name in English"), length=60)
