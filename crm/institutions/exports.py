"""The list of institutions as a file."""

from __future__ import annotations

from typing import Any

from crm.audit.exports import yuan
from crm.lib.sheets import Kind, Value
from crm.settings.choices import term_names, word
from crm.web.language import gettext as _


def headings() -> list[tuple[str, Kind]]:
    return [
        (_("Institution"), Kind.TEXT),
        (_("Short name"), Kind.TEXT),
        (_("Brand"), Kind.TEXT),
        (_("Kind"), Kind.TEXT),
        (_("Admission"), Kind.TEXT),
        (_("City"), Kind.TEXT),
        (_("Sectors"), Kind.TEXT),
        (_("%(what)s from, CNY", what=_("Ticket")), Kind.MONEY),
        (_("%(what)s to, CNY", what=_("Ticket")), Kind.MONEY),
        (_("Assets managed, CNY"), Kind.MONEY),
        (_("Joined on"), Kind.DAY),
    ]


def line(one: Any) -> list[Value]:
    """A row of the list of institutions, with what the check that counts found."""
    return [
        one.name,
        one.short_name,
        one.brand_name,
        word("institution_kind", one.kind),
        word("admission_result", one.admission) if one.admission else _("Not checked yet"),
        one.city,
        term_names("sector_layer", one.sectors) if one.sectors else None,
        yuan(one.ticket_low),
        yuan(one.ticket_high),
        yuan(one.assets),
        one.joined_on,
    ]
