"""Forms of matching."""

from __future__ import annotations

import re
from typing import Any

from crm.institutions.thesis import Thesis
from crm.matching.factors import MOST, Factor, Weights
from crm.web.fields import TextField, TypedField
from crm.web.form import CreatingForm, EditingForm
from crm.web.investing import InvestingFields
from crm.web.language import lazy_gettext as _


class WeightField(TypedField):
    """How much a factor counts, from 0 to 10; its value is a number."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, needed=True, render_kw={"inputmode": "numeric", "autocomplete": "off"}, **kwargs)

    def read(self, text: str) -> int:
        if not re.fullmatch(r"\d{1,2}", text, re.ASCII) or int(text) > MOST:
            raise ValueError(_("Write a number from 0 to 10."))
        return int(text)

    def empty(self) -> int:
        return 0

    def write(self, value: int | None) -> str:
        return str(value if value is not None else 0)


class SetWeightsForm(CreatingForm):
    text = WeightField(_("Thesis and profile alike"))
    ticket = WeightField(_("Ticket"))
    stage = WeightField(_("Stage"))
    sector = WeightField(_("Sector and industry"))
    depth = WeightField(_("Depth in the sector"))
    response = WeightField(_("Answers introductions"))
    passes = WeightField(_("Earlier passes"))
    local = WeightField(_("Region, local investment"))
    activity = WeightField(_("Active lately"))
    role = WeightField(_("Lead or follow"))
    note = TextField(_("Why"), length=200)

    def value(self) -> Weights:
        """What the form says."""
        return {factor: self[factor].data for factor in Factor}


class EditOwnThesisForm(InvestingFields, EditingForm):
    def value(self) -> Thesis:
        """What the form says."""
        return Thesis(**self.told())
