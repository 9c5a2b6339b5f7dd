"""What the list of startups can show."""

from __future__ import annotations

from crm.web.language import lazy_gettext as _
from crm.web.lists import Column, ListKind

STARTUP_LIST = ListKind(
    "startups",
    "startups.list_startups",
    (
        Column("sector", _("Sector · industry")),
        Column("growth_stage", _("Growth stage")),
        Column("seeking", _("Seeking"), sort="seeking", num=True),
        Column("headcount", _("Headcount"), num=True),
        Column("joined", _("Joined on"), sort="joined", num=True),
        Column("portal", _("Portal")),
        Column("credit_code", _("Credit code"), at_first=False),
    ),
)
