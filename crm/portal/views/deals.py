"""The deals of the investor's institution, and how each got where it is."""

from __future__ import annotations

from typing import Any

from crm.core.clock import day_of
from crm.deals import queries as deal_queries
from crm.deals.models import Deal
from crm.portal import daily, policies, queries
from crm.portal.views.blueprint import bp, for_admitted
from crm.web.answers import now, page
from crm.web.guards import actor, requires
from crm.web.lists import listing, place_from_request

MOST_MEETINGS = 10


@bp.get("/deals/")
@requires(policies.may_read)
@for_admitted
def list_deals() -> Any:
    found = queries.my_deals(actor(), day_of(now()), place_from_request())
    return page("portal/list_deals.html", listing=listing(found, []))


@bp.get("/deals/<int:deal_id>")
@requires(policies.may_read, deal=daily.find_deal)
def show_deal(deal: Deal) -> Any:
    """Where the deal stood when; the desk's notes and names are not for this page."""
    startup = deal.round.startup
    return page(
        "portal/show_deal.html",
        deal=deal,
        startup=startup,
        name=daily.published_name(startup),
        events=list(reversed(deal_queries.standing_events(deal))),
        appointments=daily.appointments_about(actor(), startup, day_of(now()), MOST_MEETINGS),
    )
