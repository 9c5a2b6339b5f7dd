"""What the list of institutions can show."""

from __future__ import annotations

from crm.web.language import lazy_gettext as _
from crm.web.lists import Column, ListKind

INSTITUTION_LIST = ListKind(
    "institutions",
    "institutions.list_institutions",
    (
        Column("brand", _("Brand")),
        Column("kind", _("Kind")),
        Column("admission", _("Admission")),
        Column("city", _("City")),
        Column("sectors", _("Sectors")),
        Column("ticket", _("Ticket"), num=True),
        Column("assets", _("Assets managed"), sort="assets", num=True),
        Column("joined", _("Joined on"), sort="joined", num=True),
        Column("credit_code", _("Credit code"), at_first=False),
    ),
)
