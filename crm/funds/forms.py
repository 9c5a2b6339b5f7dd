"""Forms of funds and commitments."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from wtforms.validators import ValidationError

from crm.funds.actions import ONE, FundValues, RequirementValues
from crm.funds.flows import FigureValues, FlowValues
from crm.funds.models import MEASURE_UNITS, THOUSANDTHS, Measure
from crm.institutions.thesis import Thesis
from crm.lib.figures import read_figure
from crm.lib.money import CNY
from crm.lib.returns import FlowKind
from crm.lib.text import N_, Unreadable
from crm.web.fields import (
    AmountField,
    ChoiceField,
    DayField,
    LongTextField,
    MoneyField,
    NameField,
    TextField,
    TypedField,
)
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.investing import InvestingFields
from crm.web.language import lazy_gettext as _
from crm.web.language import translate

CURRENCIES = ("CNY", "USD", "HKD", "EUR", "SGD", "JPY", "GBP")


class RateField(TypedField):
    """An exchange rate such as 7.1021; its value is in millionths."""

    def read(self, text: str) -> int:
        try:
            rate = Decimal(text)
        except ArithmeticError:
            rate = Decimal(0)
        if not rate.is_finite() or not Decimal(1) / ONE <= rate < 1000:
            raise Unreadable(N_("Write the rate as a number, such as 7.1021."))
        return int(rate * ONE)

    def write(self, value: int | None) -> str:
        return "" if value is None else f"{Decimal(value) / ONE:f}".rstrip("0").rstrip(".")


class RatioField(TypedField):
    """How much of a base: 1.5 or 1.5倍 times, 60% of it; its value is in thousandths, with the unit as written."""

    def read(self, text: str) -> tuple[int, str]:
        match = re.fullmatch(r"([0-9]{1,4}(?:\.[0-9]{1,3})?)\s*(倍|x|×|%|％)?", text, re.IGNORECASE)
        if match is None or not Decimal(match[1]):
            raise Unreadable(N_("Write 1.5 for one and a half times, or 60%."))
        percent = match[2] in ("%", "％")
        thousandths = Decimal(match[1]) * (THOUSANDTHS // 100 if percent else THOUSANDTHS)
        if thousandths != int(thousandths):
            raise Unreadable(N_("Write 1.5 for one and a half times, or 60%."))
        return int(thousandths), "percent" if percent else "multiple"

    def write(self, value: tuple[int, str] | None) -> str:
        if value is None:
            return ""
        ratio, unit = value
        return f"{ratio / 10:g}%" if unit == "percent" else f"{ratio / THOUSANDTHS:g}倍"


class YearField(TypedField):
    """A year of four digits."""

    def read(self, text: str) -> int:
        if not re.fullmatch(r"(19|20)[0-9]{2}", text):
            raise Unreadable(N_("Write a year, such as 2024."))
        return int(text)

    def write(self, value: int | None) -> str:
        return str(value or "")


class FundFields(Form):
    name = TextField(_("Full name"), length=200, needed=True)
    managers = NameField(
        _("Managers"),
        suggest="institutions.suggest",
        needed=True,
        render_kw={"data-multiple": ""},
        description=_("Several managers: separate them by ;"),
    )
    kind = ChoiceField(_("Kind"), needed=True)
    amac_code = TextField(_("AMAC code"), length=20, description=_("Usually S and five letters or digits."))
    committed = MoneyField(_("Committed"))
    investment_ends_on = DayField(_("Investment period ends"))
    currency = ChoiceField(_("Currency"), needed=True, default=CNY)
    cny_rate = RateField(_("Rate to CNY"), description=_("CNY for one unit of the currency, such as 7.1021."))
    cny_rate_on = DayField(_("Rate of"))
    cny_rate_source = TextField(_("Source of the rate"), length=80)
    vintage = YearField(_("Vintage"), render_kw={"inputmode": "numeric"})
    target = MoneyField(_("Target size"))
    paid_in = MoneyField(_("Paid in"))
    invested = MoneyField(_("Invested"))
    reserved = MoneyField(_("Reserved"), description=_("Set aside for follow-on rounds and costs."))
    reported_on = DayField(_("Figures as of"))
    reported_source = TextField(_("Source of the figures"), length=120)
    confirmed_by = TextField(_("Confirmed by"), length=80)
    investment_begins_on = DayField(_("Investment period begins"))
    note = LongTextField(_("Note"))

    first_sight = ("name", "managers", "kind", "amac_code", "committed", "investment_ends_on")

    def value(self) -> FundValues:
        """What the form says; CNY needs no rate."""
        told: dict[str, Any] = {name: self[name].data for name in FundValues.__dataclass_fields__}
        told["amac_code"] = (told["amac_code"] or "").upper() or None
        if told["currency"] == CNY:
            told.update(cny_rate=ONE, cny_rate_on=None, cny_rate_source="")
        return FundValues(**told)


class AddFundForm(FundFields, CreatingForm):
    pass


class EditFundForm(FundFields, EditingForm):
    pass


class EditThesisForm(InvestingFields, EditingForm):
    def value(self) -> Thesis:
        """What the form says."""
        return Thesis(**self.told())


class CommitmentFields(Form):
    amount = AmountField(_("Amount"))
    committed_on = DayField(_("Committed on"))
    paid_in = MoneyField(_("Paid in"))


class AddCommitmentForm(CommitmentFields, CreatingForm):
    first_sight = ("investor", "amount", "committed_on", "paid_in")

    investor = NameField(
        _("Committed by"),
        suggest="funds.suggest",
        needed=True,
        description=_("A fund of the matrix counts as inside capital, any other name as outside capital."),
    )


class EditCommitmentForm(CommitmentFields, EditingForm):
    pass


class RequirementFields(Form):
    base = ChoiceField(_("Measured by"), needed=True)
    ratio = RatioField(_("Required"), needed=True, description=_("1.5 for one and a half times, or 60%."))
    region = TextField(_("Region"), length=120)
    due_on = DayField(_("Due on"))
    fulfilled = MoneyField(_("Fulfilled"))
    fulfilled_as_of = DayField(_("Fulfilled as of"))
    rule = LongTextField(_("What counts"), rows=2)
    source = TextField(_("Source"), length=120)

    first_sight = ("base", "ratio", "region", "due_on", "fulfilled", "fulfilled_as_of")

    def value(self) -> RequirementValues:
        """What the form says."""
        told = {name: self[name].data for name in RequirementValues.__dataclass_fields__ if name in self}
        told["ratio"], told["unit"] = self.ratio.data
        return RequirementValues(**told)


class AddRequirementForm(RequirementFields, CreatingForm):
    pass


class EditRequirementForm(RequirementFields, EditingForm):
    pass


class FlowFields(Form):
    happened_on = DayField(_("Date"), needed=True)
    kind = ChoiceField(_("Kind"), needed=True)
    amount = MoneyField(_("Amount"), needed=True, description=_("Always above zero; the kind says the direction."))
    note = TextField(_("Note"), length=200)
    source = TextField(_("Source"), length=120, description=_("For example the call notice."))

    def value(self) -> FlowValues:
        """What the form says; an amount in words is none."""
        return FlowValues(
            happened_on=self.happened_on.data,
            kind=FlowKind(self.kind.data),
            amount=self.amount.data or 0,
            note=self.note.data,
            source=self.source.data,
        )


class AddFlowForm(FlowFields, CreatingForm):
    pass


class EditFlowForm(FlowFields, EditingForm):
    pass


class FigureFields(Form):
    measure = ChoiceField(_("Measure"), needed=True)
    value_text = TextField(
        _("Value"), length=40, needed=True, description=_("NAV as 320M, DPI and TVPI as 1.45x, IRR as 12.5%.")
    )
    as_of = DayField(_("As of"), needed=True)
    source = TextField(_("Source"), length=120, needed=True, description=_("For example the audited report."))
    fee_basis = ChoiceField(_("Net or gross"), needed=True, description=_("Net: after fees and carried interest."))
    confirmed_by = TextField(_("Confirmed by"), length=80)
    credit_line = ChoiceField(_("Subscription line"))

    first_sight = ("measure", "value_text", "as_of", "source", "fee_basis", "confirmed_by")

    def validate_value_text(self, field: TextField) -> None:
        """Read the figure in the unit of its measure."""
        if self.measure.data in MEASURE_UNITS and field.data:
            try:
                self.figure = read_figure(field.data, MEASURE_UNITS[Measure(self.measure.data)])
            except Unreadable as error:
                raise ValidationError(translate(error.message)) from error

    def value(self) -> FigureValues:
        """What the form says."""
        names = ("as_of", "source", "fee_basis", "confirmed_by")
        return FigureValues(
            measure=Measure(self.measure.data),
            value=self.figure,
            credit_line=self.credit_line.data or None,
            **{name: self[name].data for name in names},
        )


class AddFigureForm(FigureFields, CreatingForm):
    pass


class EditFigureForm(FigureFields, EditingForm):
    pass
