"""What the list of funds can show."""

from __future__ import annotations

from crm.web.language import lazy_gettext as _
from crm.web.lists import Column, ListKind

FUND_LIST = ListKind(
    "funds",
    "funds.list_funds",
    (
        Column("managers", _("Managers")),
        Column("kind", _("Kind")),
        Column("sectors", _("Sectors")),
        Column("vintage", _("Vintage"), sort="vintage", num=True),
        Column("committed", _("Committed"), sort="committed", num=True),
        Column("ends", _("Invests until"), sort="ends", num=True),
        Column("amac_code", _("AMAC code"), at_first=False),
    ),
)
