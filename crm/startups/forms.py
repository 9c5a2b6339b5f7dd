"""Forms of startups."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from crm.lib.names import split_names
from crm.lib.numbers import Headcount, read_headcount
from crm.startups.actions import StartupValues
from crm.web.fields import (
    AmountField,
    ChoiceField,
    DayField,
    LongTextField,
    MoneyField,
    TextField,
    TypedField,
)
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.legal_person import LegalPersonFields


class HeadcountField(TypedField):
    """How many people work there, as somebody would say it: 60, 约200, 50-99. Its value is a Headcount."""

    def empty(self) -> Headcount:
        return Headcount(None, None)

    def read(self, text: str) -> Headcount:
        return read_headcount(text)

    def write(self, value: Headcount | None) -> str:
        return (value.text or str(value.number or "")) if value else ""


class StartupFields(LegalPersonFields):
    sector_layer = ChoiceField(_("Sector"))
    growth_stage = ChoiceField(_("Growth stage"))
    summary = TextField(_("In one sentence"), length=200)
    sector_vertical = ChoiceField(_("Industry"))
    founded_on = DayField(_("Founded on"))
    joined_on = DayField(_("Joined on"))
    headcount = HeadcountField(_("Headcount"), render_kw={"inputmode": "numeric"})
    seeking = AmountField(_("Seeking"), description=_("What the profile says; it opens no round."))
    model_filing = TextField(_("Model filing"), length=80)
    labels = TextField(_("Labels"), length=398, description=_("Several labels: separate them by 、"))
    profile = LongTextField(
        _("Profile"), rows=6, length=20_000, description=_("What it does and for whom. Investors read this.")
    )
    team = LongTextField(_("Team"), description=_("One person a line. Investors read this."))
    note = LongTextField(_("Internal note"), description=_("Never shown to investors."))

    first_sight = ("name", "short_name", "credit_code", "sector_layer", "growth_stage", "summary")

    def value(self) -> StartupValues:
        """What the form says."""
        told: dict[str, Any] = {name: self[name].data for name in StartupValues.__dataclass_fields__ if name in self}
        told["labels"] = tuple(split_names(self.labels.data.replace("|", "/")))
        told["headcount"], told["headcount_text"] = self.headcount.data.number, self.headcount.data.text or ""
        for name in ("sector_layer", "growth_stage", "sector_vertical"):
            told[name] = told[name] or None
        return StartupValues(**told | self.identity())


class AddStartupForm(StartupFields, CreatingForm):
    pass


class EditStartupForm(StartupFields, EditingForm):
    pass


class PublishForm(Form):
    authorised_by = TextField(_("Authorised by"), length=80, needed=True, description=_("Who signed for the startup."))
    authorised_until = DayField(
        _("Authorised until"), description=_("The profile disappears for investors after this day.")
    )


class PastRoundForm(CreatingForm):
    round_name = ChoiceField(_("Round"), needed=True)
    happened_on = DayField(_("Closed on"))
    amount = MoneyField(_("Amount"))
