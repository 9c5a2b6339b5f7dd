"""The lists of deals and of rounds as files."""

from __future__ import annotations

from typing import Any

from crm.audit.exports import yuan
from crm.lib.sheets import Kind, Value
from crm.settings.choices import word
from crm.web.language import gettext as _


def headings() -> list[tuple[str, Kind]]:
    return [
        (_("Startup"), Kind.TEXT),
        (_("Institution"), Kind.TEXT),
        (_("Round"), Kind.TEXT),
        (_("Stage"), Kind.TEXT),
        (_("Status"), Kind.TEXT),
        (_("In this stage since"), Kind.DAY),
        (_("Signed, CNY"), Kind.MONEY),
        (_("Received, CNY"), Kind.MONEY),
        (_("Next step"), Kind.TEXT),
        (_("Next step on"), Kind.DAY),
        (_("Reason"), Kind.TEXT),
    ]


def line(row: Any) -> list[Value]:
    """A row of the list of deals."""
    return [
        row.startup_name,
        row.institution_name,
        word("round_name", row.round_name),
        word("deal_stage", row.stage),
        word("deal_status", row.status),
        row.entered_on,
        yuan(row.signed),
        yuan(row.received),
        row.next_step,
        row.next_step_on,
        word("pass_reason", row.pass_reason or ""),
    ]


def round_headings() -> list[tuple[str, Kind]]:
    return [
        (_("Startup"), Kind.TEXT),
        (_("Round"), Kind.TEXT),
        (_("State"), Kind.TEXT),
        (_("%(what)s from, CNY", what=_("Sought")), Kind.MONEY),
        (_("%(what)s to, CNY", what=_("Sought")), Kind.MONEY),
        (_("Sought in words"), Kind.TEXT),
        (_("Opened on"), Kind.DAY),
        (_("Target close"), Kind.DAY),
    ]


def round_line(row: Any) -> list[Value]:
    """A row of the list of rounds."""
    return [
        row.startup_name,
        word("round_name", row.name),
        word("round_state", row.state),
        yuan(row.sought_low),
        yuan(row.sought_high),
        row.sought_text,
        row.opened_on,
        row.closes_on,
    ]
