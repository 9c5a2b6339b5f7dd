"""Forms of funds and commitments."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _

from crm.funds.actions import CNY, ONE, FundValues
from crm.lib.text import N_, Unreadable
from crm.web.fields import (
    AmountField,
    ChoiceField,
    CodesField,
    DayField,
    LongTextField,
    MoneyField,
    NameField,
    TextField,
    TypedField,
)
from crm.web.form import CreatingForm, EditingForm, Form

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
        description=_("Several managers: separate them by 、"),
    )
    kind = ChoiceField(_("Kind"), needed=True)
    amac_code = TextField(_("AMAC code"), length=20)
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
    ticket = AmountField(_("Ticket"), description=_("For example 500-2000万."))
    growth_stages = CodesField(_("Stages"))
    sectors = CodesField(_("Sectors"))
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


class CommitmentFields(Form):
    amount = AmountField(_("Amount"))
    committed_on = DayField(_("Committed on"))


class AddCommitmentForm(CommitmentFields, CreatingForm):
    first_sight = ("investor", "amount", "committed_on")

    investor = NameField(
        _("Committed by"),
        suggest="funds.suggest",
        needed=True,
        description=_("A fund of the matrix counts as inside capital, any other name as outside capital."),
    )


class EditCommitmentForm(CommitmentFields, EditingForm):
    pass
