"""The list of funds as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.audit.exports import yuan
from crm.lib.sheets import Kind, Value
from crm.settings.choices import term_names, word
from crm.web.language import gettext as _


def headings() -> list[tuple[str, Kind]]:
    return [
        (_("Fund"), Kind.TEXT),
        (_("AMAC code"), Kind.TEXT),
        (_("Managers"), Kind.TEXT),
        (_("Kind"), Kind.TEXT),
        (_("Sectors"), Kind.TEXT),
        (_("Vintage"), Kind.TEXT),
        (_("Currency"), Kind.TEXT),
        (_("Committed"), Kind.MONEY),
        (_("Invests until"), Kind.DAY),
    ]


def line(fund: Any, managers: Sequence[Any]) -> list[Value]:
    """A row of the list of funds with its managers; what was committed is in the fund's own currency."""
    return [
        fund.name,
        fund.amac_code,
        "、".join(manager.name for manager in managers),
        word("fund_kind", fund.kind),
        term_names("sector_layer", fund.sectors) if fund.sectors else None,
        str(fund.vintage) if fund.vintage else None,
        fund.currency,
        yuan(fund.committed),
        fund.investment_ends_on,
    ]
