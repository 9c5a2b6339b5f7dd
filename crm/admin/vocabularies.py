"""What each vocabulary is for, and what rules and figures need of it."""

from __future__ import annotations

from dataclasses import dataclass

from crm.deals.models import FIRST_STAGE, FUNDED_STAGE, INTERESTED_STAGE, SIGNED_STAGE
from crm.lib.text import N_, Message
from crm.reports.figures import MET_STAGE
from crm.services.models import FINANCE_LINE
from crm.startups.models import METRIC_UNITS


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary as administrators see it.

    `needed`: codes that cannot be retired; they also keep this order. `is_fixed`: the program knows every code, so
    that only the words may change. `has_limits`: each word may have a limit in days. `grouped_by`: the vocabulary to
    whose words these belong.
    """

    name: Message
    about: Message
    needed: tuple[str, ...] = ()
    is_fixed: bool = False
    has_limits: bool = False
    grouped_by: str = ""


VOCABULARIES: dict[str, Vocabulary] = {
    "deal_stage": Vocabulary(
        N_("Deal stages"),
        N_("How far an introduction got, with the days after which it counts as stale"),
        needed=(FIRST_STAGE, INTERESTED_STAGE, MET_STAGE, SIGNED_STAGE, FUNDED_STAGE),
        has_limits=True,
    ),
    "round_name": Vocabulary(
        N_("Names of rounds"),
        N_("What a round of financing is called, from the first to the last"),
        grouped_by="round_group",
    ),
    "round_group": Vocabulary(
        N_("Groups of rounds"),
        N_("The rows of the fund matrix by round, and the growth stage at which each usually falls"),
        grouped_by="growth_stage",
    ),
    "growth_stage": Vocabulary(N_("Growth stages"), N_("How grown up a startup is, and what a fund looks for")),
    "sector_layer": Vocabulary(N_("Sectors"), N_("The layer of the technology, the first axis of sectors")),
    "sector_vertical": Vocabulary(N_("Industries"), N_("Where the technology is used, the second axis of sectors")),
    "startup_label": Vocabulary(N_("Labels"), N_("Recognitions that an authority gives to a startup")),
    "label_level": Vocabulary(N_("Levels of labels"), N_("Which level of government gave a label")),
    "filing_kind": Vocabulary(N_("Kinds of filings"), N_("What a startup filed with an authority"), is_fixed=True),
    "model_origin": Vocabulary(
        N_("Origins of models"), N_("Whether a filed model is the startup's own"), is_fixed=True
    ),
    "reported_metric": Vocabulary(
        N_("Reported figures"), N_("What startups report of themselves"), needed=tuple(METRIC_UNITS)
    ),
    "confirmation_state": Vocabulary(
        N_("States of confirmations"), N_("Whether a party confirmed the platform's role"), is_fixed=True
    ),
    "confirming_side": Vocabulary(
        N_("Confirming sides"), N_("Who is asked what the platform's role was"), is_fixed=True
    ),
    "platform_line": Vocabulary(
        N_("Platform lines"),
        N_("What the platform offers, at the top of the catalogue"),
        needed=(FINANCE_LINE,),
    ),
    "platform_role": Vocabulary(
        N_("Roles of the platform"), N_("What the platform claims to have done for an outcome"), is_fixed=True
    ),
    "pass_reason": Vocabulary(
        N_("Reasons for passing"), N_("Why an institution does not go on with a deal"), needed=("other",)
    ),
    "institution_kind": Vocabulary(N_("Kinds of institutions"), N_("Which legal kind of investor it is")),
    "fund_kind": Vocabulary(N_("Kinds of funds"), N_("Which kind of vehicle a fund is")),
    "flow_kind": Vocabulary(
        N_("Kinds of fund flows"), N_("What moves between a fund and its investors"), is_fixed=True
    ),
    "fund_figure": Vocabulary(N_("Figures of funds"), N_("What funds report of themselves"), is_fixed=True),
    "figure_unit": Vocabulary(N_("Units of figures"), N_("What a figure of others counts"), is_fixed=True),
    "fee_basis": Vocabulary(N_("Net or gross"), N_("Whether a fund's figure is net of fees and carry"), is_fixed=True),
    "credit_line": Vocabulary(
        N_("Subscription line"), N_("Whether a fund's figure has the effect of a subscription line"), is_fixed=True
    ),
    "no_code_reason": Vocabulary(
        N_("Reasons for no credit code"), N_("Why a company has no unified social credit code"), needed=("other",)
    ),
    "event_kind": Vocabulary(N_("Kinds of events"), N_("What the desk invites to"), needed=("roadshow", "salon")),
    "event_state": Vocabulary(N_("States of events"), N_("Where an event stands"), is_fixed=True),
    "guest_role": Vocabulary(N_("Roles at events"), N_("What a startup does at an event"), is_fixed=True),
    "guest_reply": Vocabulary(N_("Replies to invitations"), N_("What a guest answered"), is_fixed=True),
    "person_source": Vocabulary(
        N_("Sources of personal data"), N_("Where a person's data comes from"), needed=("event",)
    ),
    "legal_basis": Vocabulary(N_("Legal bases"), N_("On what basis a person's data is kept"), is_fixed=True),
    "admission_check": Vocabulary(
        N_("Admission checks"), N_("What an institution was checked against before it was admitted"), needed=("other",)
    ),
    "deal_structure": Vocabulary(N_("Deal structures"), N_("Which legal structures a fund can invest in")),
    "admission_result": Vocabulary(N_("Admission results"), N_("What came of an admission check"), is_fixed=True),
    "amac_status": Vocabulary(N_("AMAC status"), N_("How a manager stands with the fund association"), is_fixed=True),
    "currency": Vocabulary(N_("Currencies"), N_("By their ISO codes"), is_fixed=True),
    "invest_role": Vocabulary(N_("Roles of an investor"), N_("Whether a fund leads a round or follows"), is_fixed=True),
    "requirement_base": Vocabulary(
        N_("Bases of local requirements"), N_("What a local investment requirement is counted from"), is_fixed=True
    ),
    "requirement_unit": Vocabulary(
        N_("Units of local requirements"), N_("How a local investment requirement is counted"), is_fixed=True
    ),
    "deal_status": Vocabulary(N_("Deal status"), N_("Whether a deal goes on"), is_fixed=True),
    "participation_role": Vocabulary(
        N_("Roles in a round"), N_("How an institution took part in a round that closed"), is_fixed=True
    ),
    "round_state": Vocabulary(N_("States of rounds"), N_("Where a round stands"), is_fixed=True),
    "service_state": Vocabulary(N_("States of services"), N_("Where a service stands"), is_fixed=True),
    "activity_kind": Vocabulary(
        N_("Kinds of activities"), N_("What somebody writes down about a record"), is_fixed=True
    ),
    "question_state": Vocabulary(
        N_("States of questions"), N_("Where a question about a startup stands"), is_fixed=True
    ),
    "appointment_state": Vocabulary(
        N_("States of meetings asked for"), N_("Where a meeting that an investor asked for stands"), is_fixed=True
    ),
    "appointment_way": Vocabulary(N_("Ways to meet"), N_("How investors and startups meet"), is_fixed=True),
    "digest_rhythm": Vocabulary(
        N_("Rhythms of the portal's digest"), N_("How often investors get what is new by mail"), is_fixed=True
    ),
    "task_repeat": Vocabulary(N_("How tasks repeat"), N_("How often a task comes again"), is_fixed=True),
    "role": Vocabulary(N_("Roles of accounts"), N_("What somebody who signs in may do"), is_fixed=True),
}


def vocabulary_named(name: str) -> Vocabulary:
    """What is known of a vocabulary; one that nobody described here is the program's own."""
    undescribed = Vocabulary(Message(name), N_("Words that the program knows one by one"), is_fixed=True)
    return VOCABULARIES.get(name, undescribed)
