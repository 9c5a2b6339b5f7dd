"""What the lists of deals and of rounds can show."""

from __future__ import annotations

from crm.web.language import lazy_gettext as _
from crm.web.lists import Column, ListKind

DEAL_LIST = ListKind(
    "deals",
    "deals.list_deals",
    (
        Column("stage", _("Stage")),
        Column("round", _("Round")),
        Column("still", _("Standing still"), sort="entered", num=True),
        Column("signed", _("Signed"), sort="signed", num=True),
        Column("received", _("Received"), num=True),
        Column("next_step", _("Next step")),
        Column("introduced", _("Introduced on"), sort="introduced", num=True, at_first=False),
        Column("owner", _("Owner"), at_first=False),
    ),
)
ROUND_LIST = ListKind(
    "rounds",
    "deals.list_rounds",
    (
        Column("state", _("State")),
        Column("sought", _("Sought"), sort="sought", num=True),
        Column("opened", _("Opened on"), sort="opened", num=True),
        Column("closes", _("Target close"), num=True),
    ),
)
