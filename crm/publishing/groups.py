"""The groups of fields that a startup authorises one by one, and the layer that each goes to by default."""

from __future__ import annotations

from dataclasses import dataclass

from crm.audit.vocabulary import DAY, LABELS, MONEY
from crm.lib.text import N_, Message
from crm.publishing.models import Layer

AMOUNT, FIGURE, PICTURES, UNIT = "amount", "figure", "pictures", "unit"
BASICS = "basics"


@dataclass(frozen=True)
class Group:
    """Fields that are authorised together. `fields`: {field: what its value is}, "" for text, else a kind or the
    vocabulary of which it is a word. `is_list`: several items, each with its id."""

    label: Message
    layer: Layer
    fields: dict[str, str]
    is_list: bool = False


GROUPS: dict[str, Group] = {
    BASICS: Group(
        N_("Name, one sentence, sector and stage"),
        Layer.INVITED,
        {
            "name": "",
            "short_name": "",
            "summary": "",
            "sector_layer": "sector_layer",
            "sector_vertical": "sector_vertical",
            "growth_stage": "growth_stage",
        },
    ),
    "company": Group(N_("Founding day and headcount"), Layer.INVITED, {"founded_on": DAY, "headcount": ""}),
    "profile": Group(N_("What it does"), Layer.INVITED, {"profile": ""}),
    "products": Group(
        N_("Products and their pictures"),
        Layer.INVITED,
        {"name": "", "summary": "", "url": "", "pictures": PICTURES},
        is_list=True,
    ),
    "team": Group(N_("Team"), Layer.INVITED, {"team": ""}),
    "labels": Group(
        N_("Labels"),
        Layer.INVITED,
        {"label": "startup_label", "level": "label_level", "issuer": "", "expires_on": DAY},
        is_list=True,
    ),
    "filings": Group(
        N_("Filings and registrations"),
        Layer.INVITED,
        {
            "kind": "filing_kind",
            "model_name": "",
            "origin": "model_origin",
            "based_on": "",
            "filing_number": "",
            "authority": "",
            "filed_on": DAY,
        },
        is_list=True,
    ),
    "rounds": Group(
        N_("This round: amount sought, target close"),
        Layer.INVITED,
        {"round_name": "round_name", "sought": AMOUNT, "opened_on": DAY, "closes_on": DAY},
        is_list=True,
    ),
    "terms": Group(
        N_("Terms of this round: valuation, use of proceeds"),
        Layer.CONFIDENTIAL,
        {"round_name": "round_name", "valuation": MONEY, "use_of_proceeds": ""},
        is_list=True,
    ),
    "metrics": Group(
        N_("Reported figures"),
        Layer.CONFIDENTIAL,
        {"metric": "reported_metric", "period": "", "value": FIGURE, "unit": UNIT, "as_of": DAY, "source": ""},
        is_list=True,
    ),
    "past_rounds": Group(
        N_("Rounds so far"),
        Layer.CONFIDENTIAL,
        {"round_name": "round_name", "happened_on": DAY, "amount": MONEY, "investors": ""},
        is_list=True,
    ),
    "services": Group(
        N_("Services received from the platform"),
        Layer.INVITED,
        {"name_zh": "", "name_en": "", "happened_on": DAY},
        is_list=True,
    ),
}
DEFAULT_LAYERS: dict[str, str] = {name: group.layer.value for name, group in GROUPS.items()}
FIELD_LABELS: dict[str, Message] = {
    "sought": N_("Sought"),
    "pictures": N_("Pictures"),
    "happened_on": N_("Date"),
}


def label_of(field: str) -> Message:
    """What a field is called."""
    return FIELD_LABELS.get(field) or LABELS[field]
