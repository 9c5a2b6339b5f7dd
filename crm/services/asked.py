"""What an address asks of the list of services: the list and the grid read it alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request

from crm.lib.dates import read_day
from crm.lib.text import Unreadable
from crm.services import queries
from crm.settings.choices import word
from crm.settings.filters import Chips
from crm.web.guards import actor
from crm.web.language import current_language
from crm.web.language import gettext as _

NAMES = ("q", "category", "type", "line", "state", "from", "to")


def asked_services() -> tuple[dict[str, str], dict[str, Any], Chips]:
    """What the address asks for as texts, as filters of `queries.services`, and as chips."""
    wanted = {name: request.args.get(name, "").strip() for name in NAMES}
    wanted["owner"] = "me" if request.args.get("owner") == "me" else ""
    archived = request.args.get("archived") == "1"
    language = current_language()
    categories = dict(queries.category_names(language))
    types = {str(one.id): one.label(language) for one in queries.all_types()} if wanted["type"] else {}
    filters = {
        "text": wanted["q"],
        "category_id": int(wanted["category"]) if wanted["category"] in categories else None,
        "type_id": int(wanted["type"]) if wanted["type"] in types else None,
        "line": wanted["line"],
        "state": wanted["state"],
        "from_day": day_or_none(wanted["from"]),
        "to_day": day_or_none(wanted["to"]),
        "owner_id": actor().id if wanted["owner"] else None,
        "archived": archived,
    }
    chips = [
        ("q", _("Search"), wanted["q"]),
        ("category", _("Category"), categories.get(wanted["category"], "")),
        ("type", _("Service"), types.get(wanted["type"], "")),
        ("line", _("Platform line"), word("platform_line", wanted["line"])),
        ("state", _("State"), word("service_state", wanted["state"])),
        ("from", _("From"), wanted["from"] if filters["from_day"] else ""),
        ("to", _("To"), wanted["to"] if filters["to_day"] else ""),
        ("owner", _("Logged by"), _("me") if wanted["owner"] else ""),
        ("archived", _("Bin"), _("archived") if archived else ""),
    ]
    return wanted, filters, [one for one in chips if one[2]]


def day_or_none(text: str) -> date | None:
    try:
        return read_day(text) if text else None
    except Unreadable:
        return None
