"""What the list of people can show."""

from __future__ import annotations

from crm.web.language import lazy_gettext as _
from crm.web.lists import Column, ListKind

PERSON_LIST = ListKind(
    "people",
    "people.list_people",
    (
        Column("organisation", _("Institution or startup")),
        Column("title", _("Title")),
        Column("phone", _("Phone")),
        Column("email", _("E-mail")),
        Column("consent", _("Consent"), sort="consent"),
    ),
)
