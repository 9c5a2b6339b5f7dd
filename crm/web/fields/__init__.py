"""The fields of forms: text in, one typed value out."""

from crm.web.fields.choices import ChoiceField, Choices, CodesField, Offer, PicksField, select_choices
from crm.web.fields.texts import LongTextField, NameField, TextField, optional, required, too_long
from crm.web.fields.typed import (
    AddressField,
    AmountField,
    ColourField,
    CreditCodeField,
    DayField,
    MomentField,
    MoneyField,
    NamesField,
    NumberField,
    TimeField,
    TypedField,
    WholeNumberField,
    write_fen,
)

__all__ = [
    "AddressField",
    "AmountField",
    "ChoiceField",
    "Choices",
    "CodesField",
    "ColourField",
    "CreditCodeField",
    "DayField",
    "LongTextField",
    "MomentField",
    "MoneyField",
    "NameField",
    "NamesField",
    "NumberField",
    "Offer",
    "PicksField",
    "TextField",
    "TimeField",
    "TypedField",
    "WholeNumberField",
    "optional",
    "required",
    "select_choices",
    "too_long",
    "write_fen",
]
