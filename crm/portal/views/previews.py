"""What an investor will see, for the manager who publishes it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from crm.confidentiality.queries import has_accepted
from crm.core.clock import day_of
from crm.deals import queries as deal_queries
from crm.portal import queries
from crm.portal.came_from import preview_of_list
from crm.portal.profile_page import page_values
from crm.publishing import queries as publishing
from crm.publishing.policies import may_publish
from crm.publishing.profile import profile_of
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.web.answers import now, page, see_other
from crm.web.guards import requires

LONGEST = 9  # digits of the number of a version

bp = Blueprint("previews", __name__, url_prefix="/startups")


@bp.get("/<int:startup_id>/preview")
@requires(may_publish, startup=startup_queries.find_startup)
def preview_startup(startup: Startup) -> Any:
    """What would be published, or (`version`) was, as one investor (`reader`) or any invited one sees it: the same
    template with the same values, and no note that it was read."""
    version = request.args.get("version", "")
    publication = (
        publishing.find_version(startup, int(version)) if version.isdecimal() and len(version) < LONGEST else None
    )
    authorisation = publishing.authorisation_on_trial(startup, publication, day_of(now()))
    if authorisation is None:
        return see_other("startups.show_publishing", startup_id=startup.id)
    readers = publishing.possible_readers(authorisation)
    reader = next((one for one in readers if str(one.id) == request.args.get("reader")), None)
    accepted = has_accepted(reader, now()) if reader else request.args.get("accepted") == "1"
    layers = publication.layers if publication else publishing.draft_of(startup, authorisation)
    number, published_at = (publication.number, publication.published_at) if publication else (0, None)
    return page(
        "portal/preview_startup.html",
        startup=startup,
        readers=readers,
        reader=reader,
        accepted=accepted,
        publication=publication,
        **page_values(profile_of(startup.id, number, published_at, layers, accepted=accepted), day_of(now())),
        came_from=preview_of_list(),
        deals=queries.my_deals_about(reader, startup.id) if reader else [],
        interests=deal_queries.interests_of(reader.institution_id, startup.id)
        if reader and reader.institution_id
        else [],
        pitch_deck_id=None,
        is_preview=True,
    )
