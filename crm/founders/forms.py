"""Forms in which founders propose, and the desk decides."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from crm.questions.models import LONGEST_ENTRY
from crm.web.fields import AmountField, ChoiceField, DayField, LongTextField, MoneyField, TextField
from crm.web.form import CreatingForm, Form
from crm.web.language import lazy_gettext as _


class EditProfileForm(Form):
    summary = TextField(
        _("In one sentence"), length=200, needed=True, description=_("Investors read it before all else.")
    )
    profile = LongTextField(_("Profile"), rows=10, length=20_000, description=_("What it does and for whom."))
    team = LongTextField(_("Team"), rows=5, description=_("One person a line."))
    sector_layer = ChoiceField(_("Sector"))
    sector_vertical = ChoiceField(_("Industry"))
    growth_stage = ChoiceField(_("Growth stage"))


class EditProductForm(Form):
    name = TextField(_("Product"), length=120, needed=True)
    summary = LongTextField(_("What it does"), length=400)
    url = TextField(_("Address"), length=300, render_kw={"inputmode": "url", "placeholder": "https://"})


class RoundFields(Form):
    sought = AmountField(_("Sought"))
    valuation = MoneyField(_("Valuation before the money"))
    closes_on = DayField(_("Target close"))
    use_of_proceeds = LongTextField(_("Use of proceeds"), description=_("Investors read this."))


class EditRoundForm(RoundFields):
    pass


class ProposeRoundForm(RoundFields, CreatingForm):
    name = ChoiceField(_("Round"), needed=True)

    first_sight = ("name", "sought", "valuation", "closes_on", "use_of_proceeds")

    def value(self) -> dict[str, Any]:
        """What the form says."""
        return {name: self[name].data for name in self.first_sight}


class EditPastRoundForm(Form):
    happened_on = DayField(_("Closed on"))
    amount = MoneyField(_("Amount"))
    valuation = MoneyField(_("Valuation before the money"))
    investors = TextField(_("Investors"), length=400, description=_("Separated by ;"))
    source = TextField(_("Source"), length=120)


class DecideForm(Form):
    word = TextField(_("A word to the founder"), length=400)
    seen = HiddenField()


class AnswerQuestionForm(CreatingForm):
    text = LongTextField(_("Answer"), rows=4, length=LONGEST_ENTRY, needed=True)
