"""Forms of startups."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, ClassVar

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField
from wtforms.validators import ValidationError

from crm.lib.figures import read_figure
from crm.lib.numbers import Headcount, read_headcount
from crm.lib.text import Unreadable
from crm.startups.actions import StartupValues
from crm.startups.models import FilingKind, unit_of
from crm.startups.parts import FilingValues, LabelValues, MetricValues, PastRoundValues, ProductValues
from crm.web.fields import (
    AmountField,
    ChoiceField,
    DayField,
    LongTextField,
    MoneyField,
    NameField,
    PicksField,
    TextField,
    TypedField,
)
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _
from crm.web.language import translate
from crm.web.legal_person import LegalPersonFields


class HeadcountField(TypedField):
    """How many people work there, as somebody would say it: 60, 约200, 50-99. Its value is a Headcount."""

    def empty(self) -> Headcount:
        return Headcount(None, None)

    def read(self, text: str) -> Headcount:
        return read_headcount(text)

    def write(self, value: Headcount | None) -> str:
        return (value.text or str(value.number or "")) if value else ""


class PlaceField(TypedField):
    """A place in a list, from 1 to 99; its value is a number or None."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "numeric", "autocomplete": "off"}, **kwargs)

    def read(self, text: str) -> int:
        if not re.fullmatch(r"[1-9]\d?", text, re.ASCII):
            raise ValueError(_("Write a number from 1 to 99."))
        return int(text)

    def write(self, value: int | None) -> str:
        return str(value or "")


class StartupFields(LegalPersonFields):
    sector_layer = ChoiceField(_("Sector"))
    growth_stage = ChoiceField(_("Growth stage"))
    summary = TextField(_("In one sentence"), length=200)
    sector_vertical = ChoiceField(_("Industry"))
    structure = ChoiceField(_("Structure"), description=_("Funds may accept some only; matching goes by it."))
    founded_on = DayField(_("Founded on"))
    joined_on = DayField(_("Joined on"))
    headcount = HeadcountField(_("Headcount"), render_kw={"inputmode": "numeric"})
    seeking = AmountField(_("Seeking"), description=_("What the profile says; it opens no round."))
    owner_id = ChoiceField(_("Owner"), description=_("Who at the desk answers for it."))
    profile = LongTextField(
        _("Profile"), rows=6, length=20_000, description=_("What it does and for whom. Investors read this.")
    )
    team = LongTextField(_("Team"), description=_("One person a line. Investors read this."))
    note = LongTextField(_("Internal note"), description=_("Never shown to investors."))

    first_sight = ("name", "short_name", "credit_code", "sector_layer", "growth_stage", "summary")

    def value(self) -> StartupValues:
        """What the form says."""
        told: dict[str, Any] = {name: self[name].data for name in StartupValues.__dataclass_fields__ if name in self}
        told["headcount"], told["headcount_text"] = self.headcount.data.number, self.headcount.data.text or ""
        for name in ("sector_layer", "growth_stage", "sector_vertical", "structure"):
            told[name] = told[name] or None
        told["owner_id"] = int(told["owner_id"]) if told["owner_id"] else None
        return StartupValues(**told | self.identity())


class AddStartupForm(StartupFields, CreatingForm):
    pass


class EditStartupForm(StartupFields, EditingForm):
    pass


class MarkCompetitorForm(Form):
    startup = NameField(_("Startup"), suggest="startups.suggest", needed=True)


class LinkForm(Form):
    institution = NameField(
        _("Institution"),
        suggest="institutions.suggest",
        needed=True,
        description=_("Name, short name or credit code. The two records stay what they are and point at each other."),
    )


class PicturesForm(Form):
    pictures = MultipleFileField(
        _("Pictures"), description=_("PNG, JPEG, WebP or GIF; several at once."), render_kw={"accept": "image/*"}
    )


class PartFields(Form):
    """What belongs to a startup: a form says one value of `kind`."""

    kind_of_value: ClassVar[type[Any]]

    def value(self) -> Any:
        """What the form says; codes that were not chosen are None."""
        told = {name: self[name].data for name in self.kind_of_value.__dataclass_fields__ if name in self}
        return self.kind_of_value(**{name: told[name] if told[name] != "" else self.nothing(name) for name in told})

    def nothing(self, name: str) -> str | None:
        return None if isinstance(self[name], ChoiceField) else ""


class PastRoundFields(PartFields):
    kind_of_value = PastRoundValues

    round_name = ChoiceField(_("Round"), needed=True)
    happened_on = DayField(_("Closed on"))
    amount = MoneyField(_("Amount"))
    valuation = MoneyField(_("Valuation before the money"))
    investors = TextField(_("Investors"), length=400, description=_("As the startup tells them, separated by ;"))
    source = TextField(_("Source"), length=120)


class LabelFields(PartFields):
    kind_of_value = LabelValues

    label = ChoiceField(_("Label"))
    label_text = TextField(_("Label in words"), length=80, description=_("Where the list does not have it."))
    level = ChoiceField(_("Level"))
    issuer = TextField(_("Issuer"), length=120)
    certificate_number = TextField(_("Certificate number"), length=80)
    issued_on = DayField(_("Issued on"))
    expires_on = DayField(_("Expires on"), description=_("Investors no longer see it after this day."))
    source = TextField(_("Source"), length=120, description=_("Where this is known from."))


class FilingFields(PartFields):
    kind_of_value = FilingValues

    kind = PicksField(_("Kind"))
    model_name = TextField(_("Model or algorithm"), length=120)
    filing_number = TextField(_("Number"), length=80)
    authority = TextField(_("Authority"), length=120)
    filed_on = DayField(_("Day"))
    origin = ChoiceField(_("Own or tuned"), description=_("Of a model filing."))
    based_on = TextField(_("Based on"), length=120, description=_("Of a registration: the filed model that it calls."))
    source = TextField(_("Source"), length=120, description=_("Where this is known from."))

    def value(self) -> FilingValues:
        """What the form says."""
        told: FilingValues = super().value()
        return replace(told, kind=FilingKind(self.kind.data))


class MetricFields(PartFields):
    kind_of_value = MetricValues

    metric = ChoiceField(_("Metric"), needed=True)
    value_text = TextField(
        _("Value"), length=40, needed=True, description=_("Money as 42.6M, a share as 61.5%, all else as a number.")
    )
    period = TextField(_("Period"), length=40, description=_("For example 2025 or 2026 Q1."))
    as_of = DayField(_("As of"), needed=True)
    source = TextField(_("Source"), length=120, needed=True, description=_("For example the audited report."))
    confirmed_by = TextField(_("Confirmed by"), length=80)
    for_investors = BooleanField(_("Investors may read it with the profile"))

    def validate_value_text(self, field: TextField) -> None:
        """Read the figure in the unit of its metric."""
        if self.metric.data and field.data:
            try:
                self.figure = read_figure(field.data, unit_of(self.metric.data))
            except Unreadable as error:
                raise ValidationError(translate(error.message)) from error

    def value(self) -> MetricValues:
        """What the form says."""
        names = ("metric", "as_of", "period", "source", "confirmed_by", "for_investors")
        return MetricValues(value=self.figure, **{name: self[name].data for name in names if name in self})


class ProductFields(PartFields):
    kind_of_value = ProductValues

    name = TextField(_("Product"), length=120, needed=True)
    summary = LongTextField(_("What it does"), length=400)
    url = TextField(_("Address"), length=300, render_kw={"inputmode": "url", "placeholder": "https://"})
    position = PlaceField(_("Place"), description=_("1 stands first; last when empty."))


class AddPastRoundForm(PastRoundFields, CreatingForm):
    pass


class EditPastRoundForm(PastRoundFields, EditingForm):
    pass


class AddLabelForm(LabelFields, CreatingForm):
    pass


class EditLabelForm(LabelFields, EditingForm):
    pass


class AddFilingForm(FilingFields, CreatingForm):
    pass


class EditFilingForm(FilingFields, EditingForm):
    pass


class AddMetricForm(MetricFields, CreatingForm):
    pass


class EditMetricForm(MetricFields, EditingForm):
    pass


class AddProductForm(ProductFields, CreatingForm):
    pass


class EditProductForm(ProductFields, EditingForm):
    pass
