"""The forms of targets and views."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange, ValidationError

from crm.dashboard.actions import TargetValues
from crm.lib.figures import Unit, read_figure
from crm.lib.text import Unreadable
from crm.metrics.definitions import METRICS
from crm.web.fields import ChoiceField, TextField, required
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _
from crm.web.language import translate

YEARS = NumberRange(2000, 2100, _("Write a year such as 2026."))


class TargetFields(Form):
    value_text = TextField(
        _("Target"), length=40, needed=True, description=_("Money as 450M or 30M, all else as a number.")
    )
    note = TextField(_("Note"), length=200, description=_("Where it comes from, such as the plan of the year."))

    @property
    def unit(self) -> Unit:
        """What the target counts."""
        raise NotImplementedError

    def validate_value_text(self, field: TextField) -> None:
        """Read the target in the unit of its figure."""
        try:
            self.amount = read_figure(field.data, self.unit)
        except Unreadable as error:
            raise ValidationError(translate(error.message)) from error


class SetTargetForm(CreatingForm, TargetFields):
    first_sight = ("metric", "year", "value_text", "note")

    metric = ChoiceField(_("Figure"), needed=True)
    year = IntegerField(_("Year"), [required(), YEARS])

    @property
    def unit(self) -> Unit:
        """That of the chosen figure."""
        metric = METRICS.get(self.metric.data)
        return Unit.MONEY if metric is not None and metric.is_money else Unit.COUNT

    def value(self) -> TargetValues:
        """What the form says."""
        return TargetValues(self.metric.data, int(self.year.data or 0), self.amount, self.note.data)


class ChangeTargetForm(EditingForm, TargetFields):
    unit = Unit.COUNT


class KeepViewForm(CreatingForm):
    name = TextField(_("Name"), length=60, needed=True)
    is_shared = BooleanField(_("Colleagues may open it"))
