"""The list that the reader of a profile came from: what leads back to it, and to the profiles before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request, url_for

from crm.accounts.models import Account
from crm.institutions.queries import institution_of
from crm.matching.queries import suggestions
from crm.portal import daily
from crm.publishing import queries as publishing
from crm.publishing.models import Publication
from crm.publishing.queries import Beside, Neighbour
from crm.settings.filters import asked_filters, asked_flag
from crm.web.language import gettext as _
from crm.web.lists import address, place_from_request

ARGUMENTS = ("q", "sector", "vertical", "growth_stage", "passed", "sort", "down")
FOR_YOU, WATCHED = "for-you", "watched"


@dataclass(frozen=True)
class CameFrom:
    """A list: its name and address, where the profile stands in it, and the end of the addresses of its profiles."""

    name: str
    back: str
    query: str
    beside: Beside | None


def came_from(account: Account, publication: Publication, day: date) -> CameFrom:
    """What the address says: what suits the reader's institution, what it watches, or all profiles as filtered."""
    which = request.args.get("from")
    query = f"?from={which}"
    if which == FOR_YOU:
        rows = [Neighbour(one.startup_id, one.startup_name) for one in suggestions(institution_of(account), day)]
        beside = publishing.beside_among(rows, publication.startup_id)
        return CameFrom(_("For you"), url_for("matching.show_for_you"), query, beside)
    if which == WATCHED:
        beside = publishing.beside_among(daily.names_watched(account, day), publication.startup_id)
        return CameFrom(_("Watching"), url_for("portal.list_watched"), query, beside)
    wanted, chips = asked_profiles()
    query = address("", {name: request.args.get(name, "") for name in ARGUMENTS})
    name = ", ".join(value for _name, _label, value in chips) or _("Startups")
    beside = publishing.beside(account, place_from_request(), day, publication, **wanted)
    return CameFrom(name, url_for("portal.list_startups") + query, query, beside)


def asked_profiles() -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """What the address asks of the list of profiles, and the filters that are on."""
    wanted, chips = asked_filters(
        q=(_("Search"), ""),
        sector=(_("Sector"), "sector_layer"),
        vertical=(_("Industry"), "sector_vertical"),
        growth_stage=(_("Growth stage"), "growth_stage"),
    )
    wanted["text"] = wanted.pop("q")
    shows_passed, more = asked_flag("passed", _("Not now"), _("shown too"))
    wanted["passed"] = "1" if shows_passed else ""
    return wanted, [*chips, *more]


def preview_of_list() -> CameFrom:
    """What a preview shows in its place."""
    return CameFrom(_("Startups"), url_for("portal.list_startups"), "", None)
