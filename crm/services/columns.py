"""What the list of services can show."""

from __future__ import annotations

from crm.web.language import lazy_gettext as _
from crm.web.lists import Column, ListKind

SERVICE_LIST = ListKind(
    "services",
    "services.list_services",
    (
        Column("category", _("Category")),
        Column("date", _("Date"), sort="date", num=True),
        Column("state", _("State"), sort="state"),
        Column("partners", _("Institutions")),
        Column("done", _("What was done")),
        Column("owner", _("Logged by"), at_first=False),
    ),
)
