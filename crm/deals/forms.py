"""Forms of rounds and deals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from crm.core.errors import Refusal
from crm.deals.actions import DealValues, Move, RoundValues
from crm.deals.models import FUNDED_STAGE, DealStatus
from crm.web.fields import (
    AmountField,
    ChoiceField,
    DayField,
    LongTextField,
    MoneyField,
    NameField,
    PicksField,
    TextField,
)
from crm.web.form import CreatingForm, EditingForm, Form


class RoundFields(Form):
    sought = AmountField(_("Sought"))
    valuation = MoneyField(_("Valuation before the money"))
    opened_on = DayField(_("Opened on"))
    closes_on = DayField(_("Target close"))
    use_of_proceeds = LongTextField(_("Use of proceeds"), description=_("Investors read this."))

    def value(self) -> RoundValues:
        """What the form says."""
        return RoundValues(**{name: self[name].data for name in RoundValues.__dataclass_fields__})


class OpenRoundForm(RoundFields, CreatingForm):
    name = ChoiceField(_("Round"), needed=True)

    first_sight = ("name", "sought", "valuation", "opened_on", "closes_on", "use_of_proceeds")


class EditRoundForm(RoundFields, EditingForm):
    pass


class DealFields(Form):
    fund_id = ChoiceField(_("Fund"))
    intended = AmountField(_("Intended amount"))
    owner_id = ChoiceField(_("Owner"))
    next_step = TextField(_("Next step"), length=200)
    next_step_on = DayField(_("Next step on"))
    note = LongTextField(_("Note"), description=_("Never shown to investors."))

    def deal_value(self) -> DealValues:
        """What the form says besides the move."""
        told: dict[str, Any] = {name: self[name].data for name in DealValues.__dataclass_fields__}
        for name in ("fund_id", "owner_id"):
            told[name] = int(told[name]) if told[name] else None
        return DealValues(**told)


class LogDealForm(DealFields, CreatingForm):
    startup = NameField(
        _("Startup"),
        suggest="startups.suggest",
        needed=True,
        render_kw={"data-loads": "#round_name", "data-loads-url": "/deals/rounds-of"},
    )
    round_name = ChoiceField(_("Round"), needed=True)
    institution = NameField(
        _("Institution"),
        suggest="institutions.suggest",
        needed=True,
        render_kw={"data-loads": "#fund_id", "data-loads-url": "/funds/of-institution"},
    )
    stage = PicksField(_("Stage"))
    happened_on = DayField(_("Date"), needed=True)
    also_service = BooleanField(_("Also record as an introduction service"), default=True)
    sought = AmountField(_("Sought in this round"))
    signed = MoneyField(_("Signed amount"))
    received = MoneyField(_("Received amount"))

    refused_names: tuple[Refusal, ...] = ()

    def refuse_names(self, refusals: Iterable[Refusal]) -> None:
        """Keep what is wrong with the names, so that it is told together with everything else."""
        self.refused_names = tuple(refusals)

    def validate(self, extra_validators: Any = None) -> bool:
        """As every form, and every name is known."""
        valid = bool(super().validate(extra_validators))
        for refusal in self.refused_names:
            self.refuse(refusal)
        return valid and not self.refused_names

    def move(self) -> Move:
        """The first step of the deal; money received completes it."""
        return Move(
            stage=self.stage.data,
            status=DealStatus.COMPLETED if self.stage.data == FUNDED_STAGE else DealStatus.ACTIVE,
            happened_on=self.happened_on.data,
            signed=self.signed.data,
            received=self.received.data,
        )


class EditDealForm(DealFields, EditingForm):
    first_sight = ("fund_id", "owner_id", "intended", "next_step", "next_step_on", "note")


class MoveDealForm(EditingForm):
    stage = PicksField(_("Stage"))
    status = ChoiceField(_("Status"), needed=True)
    happened_on = DayField(_("Date"), needed=True)
    signed = MoneyField(_("Signed amount"))
    received = MoneyField(_("Received amount"), description=_("Only what came in with this step."))
    reason = ChoiceField(_("Reason"))
    note = TextField(_("In words"), length=400)
    tell_startup = BooleanField(_("The reason may be told to the startup"))

    def move(self) -> Move:
        """Where the deal goes."""
        told: dict[str, Any] = {name: self[name].data for name in Move.__dataclass_fields__}
        told.update(status=DealStatus(self.status.data), reason=self.reason.data or None, note=self.note.data or "")
        return Move(**told)


class ReceiveForm(CreatingForm):
    amount = MoneyField(_("Amount"), needed=True)
    received_on = DayField(_("Received on"), needed=True)
