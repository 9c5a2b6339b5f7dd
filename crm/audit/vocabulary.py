"""What audited fields are called, and how their values read. A field that is missing here fails a test."""

from __future__ import annotations

from crm.lib.text import N_, Message

MONEY, DAY, MOMENT, YES_NO, CODES = "money", "day", "moment", "yes_no", "codes"

VERBS: dict[str, Message] = {
    "created": N_("%(actor)s created %(record)s"),
    "changed": N_("%(actor)s changed %(record)s"),
    "archived": N_("%(actor)s archived %(record)s"),
    "restored": N_("%(actor)s restored %(record)s"),
    "moved": N_("%(actor)s moved %(record)s"),
    "published": N_("%(actor)s published %(record)s to investors"),
    "withdrawn": N_("%(actor)s withdrew %(record)s from investors"),
    "imported": N_("%(actor)s imported %(record)s from a ledger"),
    "handled": N_("%(actor)s handled %(record)s"),
    "disabled": N_("%(actor)s disabled %(record)s"),
    "enabled": N_("%(actor)s enabled %(record)s"),
    "password": N_("%(actor)s set a new password for %(record)s"),
    "received": N_("%(actor)s recorded money received on %(record)s"),
    "interested": N_("%(actor)s expressed interest in %(record)s"),
}

LABELS: dict[str, Message] = {
    "name": N_("Name"),
    "short_name": N_("Short name"),
    "username": N_("User name"),
    "role": N_("Role"),
    "language": N_("Language"),
    "kind": N_("Kind"),
    "credit_code": N_("Credit code"),
    "amac_number": N_("AMAC number"),
    "amac_code": N_("AMAC code"),
    "city": N_("City"),
    "assets": N_("Assets managed"),
    "joined_on": N_("Joined on"),
    "left_on": N_("Left on"),
    "growth_stages": N_("Stages"),
    "sectors": N_("Sectors"),
    "note": N_("Note"),
    "title": N_("Title"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "currency": N_("Currency"),
    "cny_rate": N_("Rate to CNY"),
    "cny_rate_on": N_("Rate of"),
    "cny_rate_source": N_("Source of the rate"),
    "vintage": N_("Vintage"),
    "target": N_("Target size"),
    "committed": N_("Committed"),
    "paid_in": N_("Paid in"),
    "invested": N_("Invested"),
    "investment_ends_on": N_("Investment period ends"),
    "investor_name": N_("Investor"),
    "committed_on": N_("Committed on"),
    "managers": N_("Managers"),
    "founded_on": N_("Founded on"),
    "sector_layer": N_("Sector"),
    "sector_vertical": N_("Industry"),
    "growth_stage": N_("Growth stage"),
    "headcount": N_("Headcount"),
    "headcount_text": N_("Headcount as written"),
    "model_filing": N_("Model filing"),
    "labels": N_("Labels"),
    "summary": N_("In one sentence"),
    "profile": N_("Profile"),
    "team": N_("Team"),
    "authorised_by": N_("Authorised by"),
    "authorised_until": N_("Authorised until"),
    "past_round": N_("Past round"),
    "state": N_("State"),
    "valuation": N_("Valuation"),
    "use_of_proceeds": N_("Use of proceeds"),
    "opened_on": N_("Opened on"),
    "closes_on": N_("Target close"),
    "stage": N_("Stage"),
    "status": N_("Status"),
    "introduced_on": N_("Introduced on"),
    "signed": N_("Signed amount"),
    "signed_on": N_("Signed on"),
    "received": N_("Received amount"),
    "received_on": N_("Received on"),
    "pass_reason": N_("Reason"),
    "pass_note": N_("Reason in words"),
    "tell_startup": N_("May be told to the startup"),
    "next_step": N_("Next step"),
    "next_step_on": N_("Next step on"),
    "fund_id": N_("Fund"),
    "owner_id": N_("Owner"),
    "institution_id": N_("Institution"),
    "type_id": N_("Service type"),
    "happened_on": N_("Date"),
    "content": N_("Content"),
    "outcome": N_("Outcome"),
    "partners": N_("Institutions taking part"),
    "partner_text": N_("Other partners"),
    "handler": N_("Handled by"),
    "ticket_low": N_("Ticket from"),
    "ticket_high": N_("Ticket to"),
    "ticket_text": N_("Ticket as written"),
    "seeking_low": N_("Seeking from"),
    "seeking_high": N_("Seeking to"),
    "seeking_text": N_("Seeking as written"),
    "sought_low": N_("Sought from"),
    "sought_high": N_("Sought to"),
    "sought_text": N_("Sought as written"),
    "intended_low": N_("Intended from"),
    "intended_high": N_("Intended to"),
    "intended_text": N_("Intended as written"),
    "amount_low": N_("Amount from"),
    "amount_high": N_("Amount to"),
    "amount_text": N_("Amount as written"),
    "from_fund_id": N_("Investor fund"),
}

KINDS: dict[str, str] = {
    "growth_stage": "growth_stage",
    "sector_layer": "sector_layer",
    "sector_vertical": "sector_vertical",
    "stage": "deal_stage",
    "status": "deal_status",
    "pass_reason": "pass_reason",
    "role": "role",
    "tell_startup": YES_NO,
    "growth_stages": "growth_stage",
    "sectors": "sector_layer",
    **dict.fromkeys(
        ("assets", "target", "committed", "paid_in", "invested", "valuation", "signed", "received"), MONEY
    ),
    **{
        f"{prefix}_{end}": MONEY
        for prefix in ("ticket", "seeking", "sought", "intended", "amount")
        for end in ("low", "high")
    },
}

KINDS_BY_RECORD: dict[tuple[str, str], str] = {
    ("institution", "kind"): "institution_kind",
    ("fund", "kind"): "fund_kind",
    ("round", "name"): "round_name",
    ("round", "state"): "round_state",
    ("service", "state"): "service_state",
}

UNTOLD = frozenset(
    {
        "id", "version", "name_key", "short_key", "created_at", "archived_at", "published_at", "password_hash",
        "disabled_at", "startup_id", "round_id", "deal_id", "moved_on",
    }
)  # fmt: skip
