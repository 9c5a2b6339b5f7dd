"""What an address asks of the list of deals: the list and the grid read it alike."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from crm.settings.filters import Chips, asked_bin, asked_filters
from crm.web.guards import actor


def asked_deals() -> tuple[dict[str, str], dict[str, Any], Chips]:
    """What the address asks for as texts, as filters of `queries.deals`, and as chips."""
    wanted, chips = asked_filters(
        q=(_("Search"), ""), stage=(_("Stage"), "deal_stage"), status=(_("Status"), "deal_status")
    )
    archived, bin_chip = asked_bin()
    wanted["owner"] = "me" if request.args.get("owner") == "me" else ""
    owner_id = actor().id if wanted["owner"] else None
    owner_chip = [("owner", _("Owner"), _("me"))] if owner_id else []
    filters = {
        "text": wanted["q"],
        "stage": wanted["stage"],
        "status": wanted["status"],
        "owner_id": owner_id,
        "archived": archived,
    }
    return wanted, filters, chips + owner_chip + bin_chip
