"""Forms of rounds and deals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import BooleanField

from crm.core.errors import Refusal
from crm.deals.actions import Closing, DealShare, DealValues, Introduction, Move, RoundValues
from crm.deals.models import FUNDED_STAGE, Deal, DealStatus, ParticipationRole
from crm.web.fields import (
    AmountField,
    ChoiceField,
    CodesField,
    DayField,
    LongTextField,
    MoneyField,
    NameField,
    PicksField,
    TextField,
)
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _


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
    state = PicksField(
        _("State"), description=_("A registered round is screened first; nobody is introduced before it is open.")
    )

    first_sight = ("name", "sought", "valuation", "closes_on", "state", "opened_on")


class EditRoundForm(RoundFields, EditingForm):
    pass


class MoveRoundForm(EditingForm):
    state = PicksField(_("State"))
    happened_on = DayField(_("Date"), needed=True)
    note = TextField(_("A word about it"), length=400)


class ReopenRoundForm(EditingForm):
    happened_on = DayField(_("Opened again on"), needed=True)
    note = TextField(_("A word about it"), length=400)


class EditParticipationForm(Form):
    role = PicksField(_("Role"))


class EndRoundForm(EditingForm):
    lapse = PicksField(_("Introductions that still go on"))

    def offer_lapse(self, count: int) -> None:
        """Ask what becomes of the introductions that still go on; nothing to ask where there are none."""
        told = [("lapse", _("%(count)s lapse", count=count)), ("keep", _("They go on"))]
        self["lapse"].offer(told)
        if not count:
            del self["lapse"]

    @property
    def lapses(self) -> bool:
        """Whether they end with the round."""
        return "lapse" in self and self["lapse"].data == "lapse"


class WithdrawRoundForm(EndRoundForm):
    happened_on = DayField(_("Withdrawn on"), needed=True)
    note = TextField(_("Why"), length=400, needed=True)


class CloseRoundForm(EndRoundForm):
    closed_on = DayField(_("Closed on"), needed=True)
    final_amount = MoneyField(_("Amount of the whole round"))
    investors = TextField(_("Investors named in the past round"), length=400)
    note = TextField(_("A word about it"), length=400)
    without_money = BooleanField(_("Close it without any participation"))

    deals: tuple[Deal, ...] = ()

    def value(self, source: str) -> Closing:
        """How the round closes. `source`: where the startup's past round says that it comes from."""
        return Closing(
            closed_on=self.closed_on.data,
            final_amount=self.final_amount.data,
            investors=self.investors.data or "",
            source=source,
            note=self.note.data or "",
            lapse=self.lapses,
            without_money=bool("without_money" in self and self.without_money.data),
            shares=tuple(self.share_of(deal) for deal in self.deals),
        )

    def share_of(self, deal: Deal) -> DealShare:
        """What the form says of one funded deal."""
        role, fund_id = self[f"role_{deal.id}"].data, self[f"fund_{deal.id}"].data
        return DealShare(
            deal.id,
            ParticipationRole(role) if role else None,
            int(fund_id) if fund_id else None,
            self[f"signed_{deal.id}"].data,
        )


def closing_form(deals: Sequence[Deal], **source: Any) -> CloseRoundForm:
    """The form that closes a round, with role, fund and amount of each funded deal."""
    fields: dict[str, Any] = {"deals": tuple(deals)}
    for deal in deals:
        name = deal.institution.short_name or deal.institution.name
        fields[f"role_{deal.id}"] = ChoiceField(_("Role of %(name)s", name=name))
        fields[f"fund_{deal.id}"] = ChoiceField(_("Fund of %(name)s", name=name))
        fields[f"signed_{deal.id}"] = MoneyField(_("Amount of %(name)s", name=name), needed=True)
    form: CloseRoundForm = type("CloseRoundForm", (CloseRoundForm,), fields)(**source)
    return form


class ChooseInstitutionsForm(Form):
    """Whom a round may be introduced to: by name, or from a list of those that fit."""

    institutions = LongTextField(
        _("Institutions"),
        length=40_000,
        rows=4,
        description=_("One name a line, or separated by ; or paste a column from Excel."),
        render_kw={"data-chips": ""},
    )
    kind = ChoiceField(_("Kind"))
    fits = CodesField(_("Only those that fit by"))


class IntroduceForm(CreatingForm):
    """What holds for every introduction of a round to several institutions."""

    happened_on = DayField(_("Date"), needed=True)
    owner_id = ChoiceField(_("Owner"))
    next_step = TextField(_("Next step"), length=200)
    next_step_on = DayField(_("Next step on"))
    note = LongTextField(_("Note"), description=_("Never shown to investors."))
    also_service = BooleanField(_("Also record each as an introduction service"), default=True)

    def value(self) -> Introduction:
        """What holds for every introduction."""
        return Introduction(
            happened_on=self.happened_on.data,
            owner_id=int(self.owner_id.data) if self.owner_id.data else None,
            next_step=self.next_step.data or "",
            next_step_on=self.next_step_on.data,
            note=self.note.data or "",
        )


class DealFields(Form):
    fund_id = ChoiceField(_("Fund"))
    intended = AmountField(_("Intended amount"))
    owner_id = ChoiceField(_("Owner"))
    next_step = TextField(_("Next step"), length=200)
    next_step_on = DayField(_("Next step on"))
    institution_step = TextField(
        _("Next step for the institution"), length=200, description=_("It reads this in the portal, and is told.")
    )
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
