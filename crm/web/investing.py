"""The fields that say what an institution or a fund invests in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from wtforms.validators import ValidationError

from crm.web.fields import AmountField, ChoiceField, Choices, CodesField, LongTextField, NamesField, too_long
from crm.web.form import Form
from crm.web.language import lazy_gettext as _

LONGEST_REGIONS = 390
VOCABULARIES = {
    "growth_stages": "growth_stage",
    "sectors": "sector_layer",
    "verticals": "sector_vertical",
    "currencies": "currency",
    "structures": "deal_structure",
    "excluded_sectors": "sector_layer",
    "excluded_verticals": "sector_vertical",
}


class InvestingFields(Form):
    """Stages, sectors, terms, and what is out of the question."""

    growth_stages = CodesField(_("Stages"))
    sectors = CodesField(_("Sectors"))
    verticals = CodesField(_("Industries"))
    ticket = AmountField(_("Ticket"), description=_("For example 5M-20M."))
    invest_role = ChoiceField(_("Leads or follows"))
    thesis = LongTextField(_("In their own words"))
    currencies = CodesField(_("Currencies"))
    structures = CodesField(_("Accepts structures"))
    regions = NamesField(_("Regions"), description=_("Several: separate them by ; Empty: anywhere."))
    excluded_sectors = CodesField(_("Never these sectors"))
    excluded_verticals = CodesField(_("Never these industries"))
    exclusions = LongTextField(_("Never, in words"))

    first_sight = ("growth_stages", "sectors", "verticals", "ticket", "invest_role", "thesis")

    def offer(self, choices: Callable[[str], Choices]) -> Self:
        """Offer the words of the vocabularies."""
        for name, vocabulary in VOCABULARIES.items():
            self[name].offer(choices(vocabulary))
        self.invest_role.offer(choices("invest_role"), empty="")
        return self

    def validate_regions(self, field: NamesField) -> None:
        """All of them stand in one column."""
        if sum(len(name) + 1 for name in field.data) > LONGEST_REGIONS:
            raise ValidationError(str(too_long(LONGEST_REGIONS)))

    def told(self) -> dict[str, Any]:
        """What the form says, by the names of the columns."""
        names = (*VOCABULARIES, "ticket", "thesis", "exclusions")
        return {
            **{name: self[name].data for name in names},
            "invest_role": self.invest_role.data or None,
            "regions": tuple(name.replace("|", "／") for name in self.regions.data),
        }
