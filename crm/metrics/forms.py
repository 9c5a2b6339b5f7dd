"""The forms of figures that were reported, and of figures that others publish."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from crm.lib.figures import Unit, read_figure
from crm.lib.text import Unreadable
from crm.metrics.actions import SubmittedValues
from crm.metrics.references import ReferenceValues
from crm.web.fields import ChoiceField, DayField, LongTextField, TextField
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _
from crm.web.language import translate


class SubmitForm(CreatingForm):
    as_of = DayField(_("As of"), needed=True)
    submitted_to = TextField(_("Reported to"), length=120, needed=True)
    submitted_on = DayField(_("Reported on"), needed=True)
    note = LongTextField(_("Note"), length=1000, rows=2)

    def value(self) -> SubmittedValues:
        """What the form says."""
        told: dict[str, Any] = {name: self[name].data for name in SubmittedValues.__dataclass_fields__}
        return SubmittedValues(**told | {"note": self.note.data or ""})


class ReferenceFields(Form):
    name_zh = TextField(_("Name in Chinese"), length=120, needed=True, description=_("With what it is a share of."))
    name_en = TextField(_("Name in English"), length=120)
    numerator_text = TextField(_("Value"), length=40, needed=True)
    denominator_text = TextField(_("Out of"), length=40, description=_("Its denominator, where it is a share."))
    unit = ChoiceField(_("Unit"), needed=True)
    as_of = DayField(_("As of"), needed=True)
    source = TextField(_("Source"), length=200, needed=True, description=_("Who published it, and where."))
    beside = ChoiceField(_("Stands beside"), description=_("The figure or yardstick of ours that it is shown with."))

    denominator: int | None = None  # of a form that names none

    def validate_numerator_text(self, field: TextField) -> None:
        self.numerator = self.read_in_unit(field)

    def validate_denominator_text(self, field: TextField) -> None:
        self.denominator = self.read_in_unit(field)

    def read_in_unit(self, field: TextField) -> int:
        """What a field says, in the unit, where that is one."""
        unit = Unit(self.unit.data) if self.unit.data in set(Unit) else Unit.COUNT
        try:
            return read_figure(field.data, unit)
        except Unreadable as error:
            raise ValidationError(translate(error.message)) from error

    def value(self) -> ReferenceValues:
        """What the form says."""
        told: dict[str, Any] = {name: self[name].data for name in ("name_zh", "name_en", "as_of", "source", "beside")}
        return ReferenceValues(
            numerator=self.numerator,
            denominator=self.denominator,
            unit=Unit(self.unit.data),
            **told,
        )


class AddReferenceForm(ReferenceFields, CreatingForm):
    pass


class EditReferenceForm(ReferenceFields, EditingForm):
    pass
