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
        Column("stage", _("Furthest stage")),
        Column("open_deals", _("Open deals"), num=True),
        Column("services", _("Services"), num=True),
        Column("last_activity", _("Last activity"), sort="last_activity", num=True),
        Column("owner", _("Owner")),
        Column("portal", _("Portal")),
        Column("joined", _("Joined on"), sort="joined", num=True, at_first=False),
        Column("headcount", _("Headcount"), num=True, at_first=False),
        Column("full_name", _("Full name"), at_first=False),
        Column("credit_code", _("Credit code"), at_first=False),
    ),
    (
        (_("Raising"), "open_round=1"),
        (_("Mine"), "owner=me"),
        (_("Quiet for 90 days"), "quiet=1"),
        (_("Never served"), "unserved=1"),
    ),
)
