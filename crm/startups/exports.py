"""The list of startups as a file."""

from __future__ import annotations

from typing import Any

from crm.audit.exports import yuan
from crm.lib.sheets import Kind, Value
from crm.settings.choices import word
from crm.web.language import gettext as _


def headings() -> list[tuple[str, Kind]]:
    return [
        (_("Startup"), Kind.TEXT),
        (_("Short name"), Kind.TEXT),
        (_("Sector"), Kind.TEXT),
        (_("Industry"), Kind.TEXT),
        (_("Growth stage"), Kind.TEXT),
        (_("%(what)s from, CNY", what=_("Seeking")), Kind.MONEY),
        (_("%(what)s to, CNY", what=_("Seeking")), Kind.MONEY),
        (_("Seeking in words"), Kind.TEXT),
        (_("Headcount"), Kind.COUNT),
        (_("Joined on"), Kind.DAY),
        (_("Furthest stage"), Kind.TEXT),
        (_("Open deals"), Kind.COUNT),
        (_("Services"), Kind.COUNT),
        (_("Last activity"), Kind.DAY),
        (_("Owner"), Kind.TEXT),
        (_("Portal"), Kind.TEXT),
    ]


def line(row: Any) -> list[Value]:
    """A row of the list of startups."""
    return [
        row.name,
        row.short_name,
        word("sector_layer", row.sector_layer or ""),
        word("sector_vertical", row.sector_vertical or ""),
        word("growth_stage", row.growth_stage or ""),
        yuan(row.seeking_low),
        yuan(row.seeking_high),
        row.seeking_text,
        row.headcount_text or row.headcount,
        row.joined_on,
        word("deal_stage", row.furthest_stage or ""),
        row.open_deals,
        row.completed_services,
        row.last_activity_on,
        row.owner_name,
        _("Published") if row.is_published else _("Authorisation ended") if row.published_at else None,
    ]
