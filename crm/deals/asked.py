"""What an address asks of deals: the list, the board, the table by round and the grid read it alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

from crm.accounts import queries as account_queries
from crm.core.clock import day_of, now
from crm.core.errors import Refusal
from crm.deals import queries
from crm.deals.queries import Wanted
from crm.institutions import queries as institution_queries
from crm.settings.choices import choices
from crm.settings.filters import Chips, asked_bin, asked_filters, asked_flag
from crm.startups import queries as startup_queries
from crm.web.guards import actor
from crm.web.language import gettext as _

ME, TEAM = "me", "team"
NOTHING = 0  # the id of no record


def asked_deals() -> tuple[dict[str, str], dict[str, Any], Chips]:
    """What the address asks for as texts, as an argument of `queries.deals`, and as chips."""
    asked, chips = asked_filters(
        q=(_("Search"), ""),
        stage=(_("Stage"), "deal_stage"),
        status=(_("Status"), "deal_status"),
        round=(_("Round"), "round_name"),
        sector=(_("Sector"), "sector_layer"),
        startup=(_("Startup"), ""),
        institution=(_("Institution"), ""),
    )
    stale, stale_chip = asked_flag("stale", _("Stale"), _("longer in their stage than it allows"))
    archived, bin_chip = asked_bin()
    asked["owner"], owner_chip = asked_owner()
    wanted = Wanted(
        text=asked["q"],
        stage=asked["stage"],
        status=asked["status"],
        owner_id=actor().id if asked["owner"] == ME else number(asked["owner"]),
        team=asked["owner"] == TEAM,
        startup_id=id_of(startup_queries.resolve, asked["startup"]),
        institution_id=id_of(institution_queries.resolve, asked["institution"]),
        round_name=asked["round"],
        rare=bool(asked["round"]) and queries.is_rare(asked["round"]),
        sector=asked["sector"],
        stale_on=day_of(now()) if stale else None,
        archived=archived,
    )
    return asked, {"wanted": wanted}, chips + owner_chip + stale_chip + bin_chip


def asked_owner() -> tuple[str, Chips]:
    """Whose deals the address asks for: mine, the team's, those of one account; "" for all."""
    owner = request.args.get("owner", "")
    if owner in (ME, TEAM):
        return owner, [("owner", _("Owner"), _("me") if owner == ME else _("the team"))]
    if number(owner) is None:
        return "", []
    names = dict(account_queries.owner_choices())
    return owner, [("owner", _("Owner"), names.get(owner, owner))]


def number(text: str) -> int | None:
    """The id that an address names."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def id_of(resolve: Callable[..., Any], name: str) -> int | None:
    """The record that somebody typed the name of; none for an empty name, the id of no record for an unknown one."""
    if not name:
        return None
    try:
        found: int = resolve(name, field="").id
    except Refusal:
        return NOTHING
    return found


def filter_choices() -> dict[str, Any]:
    """What each filter offers."""
    return {
        "stage": choices("deal_stage"),
        "status": choices("deal_status"),
        "round": choices("round_name"),
        "sector": choices("sector_layer"),
        "owner": account_queries.owner_choices(),
    }
