"""The paste box, and one small form for each kind of proposal; the same fields as the records' own forms."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField

from crm.core.errors import Refusal
from crm.deals.actions import DealValues, Move, RoundValues
from crm.deals.models import FUNDED_STAGE, DealStatus
from crm.institutions.actions import InstitutionValues
from crm.lib.text import N_
from crm.paste.actions import DealStep, NewPerson, NewRound, NewService, Wanted
from crm.people.actions import PersonValues
from crm.services.actions import ServiceValues
from crm.services.models import ServiceState
from crm.startups.actions import StartupValues
from crm.web.fields import (
    AmountField,
    ChoiceField,
    CreditCodeField,
    DayField,
    LongTextField,
    MoneyField,
    NameField,
    TextField,
)
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _

LONGEST = 40_000  # characters


class PasteForm(CreatingForm):
    text = LongTextField(_("Text"), length=LONGEST, rows=6)
    files = MultipleFileField(_("Pictures"), render_kw={"accept": "image/*,application/pdf", "data-paste-files": ""})


class ConfirmForm(EditingForm):
    """The whole page: its token, the version of the paste, and where its pictures go."""

    pictures_to = ChoiceField(_("The pictures belong to"))
    startup = NameField(_("Startup"), suggest="startups.suggest")
    institution = NameField(_("Institution"), suggest="institutions.suggest")


class ProposalForm(Form):
    """One proposal; the page's form carries the token for all of them."""

    class Meta:
        csrf = False

    include = BooleanField(_("Save this"))
    first_sight: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()

    def value(self) -> Wanted:
        """What the form says."""
        raise NotImplementedError

    def told(self, values: type) -> dict[str, Any]:
        """What the fields say that a dataclass of values has too."""
        return {name: self[name].data for name in values.__dataclass_fields__ if name in self}  # type: ignore[attr-defined]


class StartupProposal(ProposalForm):
    name = TextField(_("Full name"), length=200, needed=True)
    short_name = TextField(_("Short name"), length=80)
    credit_code = CreditCodeField(_("Credit code"))
    seeking = AmountField(_("Seeking"))
    summary = TextField(_("In one sentence"), length=200)
    note = LongTextField(_("Internal note"), rows=2)

    first_sight = ("name", "short_name")

    def value(self) -> StartupValues:
        """What the form says."""
        return StartupValues(**self.told(StartupValues))


class InstitutionProposal(ProposalForm):
    name = TextField(_("Full name"), length=200, needed=True)
    short_name = TextField(_("Short name"), length=80)
    kind = ChoiceField(_("Kind"), needed=True)
    credit_code = CreditCodeField(_("Credit code"))
    city = TextField(_("City"), length=40)
    note = LongTextField(_("Note"), rows=2)

    first_sight = ("name", "short_name", "kind")

    def value(self) -> InstitutionValues:
        """What the form says."""
        return InstitutionValues(**self.told(InstitutionValues))


class PersonProposal(ProposalForm):
    name = TextField(_("Person's name"), length=80, needed=True)
    title = TextField(_("Title"), length=80)
    institution = NameField(_("Institution"), suggest="institutions.suggest")
    startup = NameField(_("Startup"), suggest="startups.suggest")
    phone = TextField(_("Phone"), length=40, render_kw={"inputmode": "tel"})
    email = TextField(_("E-mail"), length=120, render_kw={"inputmode": "email"})
    wechat = TextField(_("WeChat"), length=60)
    source = ChoiceField(_("Source"))
    is_founder = BooleanField(_("Founder of the startup"))
    note = TextField(_("Note"), length=400)

    first_sight = ("name", "title", "institution", "startup", "phone", "source")

    def value(self) -> NewPerson:
        """What the form says."""
        return NewPerson(PersonValues(**self.told(PersonValues)), self.institution.data, self.startup.data)


class RoundProposal(ProposalForm):
    startup = NameField(_("Startup"), suggest="startups.suggest", needed=True)
    name = ChoiceField(_("Round"), needed=True)
    sought = AmountField(_("Sought"))
    valuation = MoneyField(_("Valuation before the money"))
    opened_on = DayField(_("Opened on"))

    first_sight = ("startup", "name", "sought")

    def value(self) -> NewRound:
        """What the form says."""
        return NewRound(self.startup.data, self.name.data, RoundValues(**self.told(RoundValues)))


class DealProposal(ProposalForm):
    startup = NameField(_("Startup"), suggest="startups.suggest", needed=True)
    round_name = ChoiceField(_("Round"), needed=True)
    institution = NameField(_("Institution"), suggest="institutions.suggest", needed=True)
    stage = ChoiceField(_("Stage"), needed=True)
    happened_on = DayField(_("Date"), needed=True)
    status = ChoiceField(_("Status"))
    reason = ChoiceField(_("Reason"))
    sought = AmountField(_("Sought in this round"))
    intended = AmountField(_("Intended amount"))
    signed = MoneyField(_("Signed amount"))
    received = MoneyField(_("Received amount"))
    valuation = MoneyField(_("Valuation before the money"))
    next_step = TextField(_("Next step"), length=200)
    next_step_on = DayField(_("Next step on"))
    note = LongTextField(_("Note"), rows=2, length=400)
    also_service = BooleanField(_("Also record as an introduction service"))

    first_sight = (
        "startup", "institution", "round_name", "stage", "happened_on", "intended", "next_step", "next_step_on", "note",
    )  # fmt: skip

    def value(self) -> DealStep:
        """What the form says; whoever confirms it owns the deal."""
        status = DealStatus(self.status.data or DealStatus.ACTIVE)
        funded = self.stage.data == FUNDED_STAGE and status == DealStatus.ACTIVE
        move = Move(
            stage=self.stage.data,
            status=DealStatus.COMPLETED if funded else status,
            happened_on=self.happened_on.data,
            reason=(self.reason.data or None) if status == DealStatus.PASSED else None,
            note=self.note.data if status == DealStatus.PASSED else "",
            signed=self.signed.data,
            received=self.received.data,
        )
        return DealStep(
            move=move,
            values=DealValues(**self.told(DealValues)),
            **{
                name: self[name].data
                for name in ("startup", "round_name", "institution", "sought", "valuation", "also_service")
            },
        )


class ServiceProposal(ProposalForm):
    startup = NameField(_("Startup"), suggest="startups.suggest", needed=True)
    type_id = ChoiceField(_("Service"), needed=True)
    happened_on = DayField(_("Date"), needed=True)
    state = ChoiceField(_("State"), needed=True)
    content = LongTextField(_("What was done"), rows=2)
    partners = NameField(_("Institutions taking part"), suggest="institutions.suggest", render_kw={"data-multiple": ""})
    amount = AmountField(_("Amount"))
    outcome = TextField(_("Outcome"), length=200)
    handler = TextField(_("Handled by"), length=80)

    first_sight = ("startup", "type_id", "happened_on", "state", "content")

    def value(self) -> NewService:
        """What the form says."""
        told = self.told(ServiceValues) | {"state": ServiceState(self.state.data)}
        return NewService(self.startup.data, int(self.type_id.data), ServiceValues(**told), self.partners.data)


PROPOSALS: dict[str, type[ProposalForm]] = {
    "startup": StartupProposal,
    "institution": InstitutionProposal,
    "person": PersonProposal,
    "round": RoundProposal,
    "deal": DealProposal,
    "service": ServiceProposal,
}
NOTHING_TICKED = Refusal({"": N_("Tick at least one proposal.")})
