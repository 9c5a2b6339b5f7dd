"""What investors read of a startup, what waits to be published, and who read it: a tab of its record."""

from __future__ import annotations

from typing import Any

from crm.core.clock import day_of
from crm.dataroom.queries import authorised
from crm.documents import queries as document_queries
from crm.publishing import queries as publishing
from crm.publishing.policies import may_see
from crm.startups import queries
from crm.startups.models import Startup
from crm.startups.views.blueprint import bp
from crm.startups.views.record import record_page
from crm.web.answers import now
from crm.web.guards import requires
from crm.web.lists import listing, place_from_request


@bp.get("/<int:startup_id>/publishing")
@requires(may_see, startup=queries.find_startup)
def show_publishing(startup: Startup) -> Any:
    today = day_of(now())
    publication = publishing.publication_of(startup)
    authorisations = publishing.authorisations_of(startup)
    authorisation = publishing.authorisation_of(startup, today)
    draft = publishing.draft_of(startup, authorisation) if authorisation else None
    renewed = publication is not None and authorisation is not None and publication.authorisation_id != authorisation.id
    return record_page(
        "startups/show_publishing.html",
        startup,
        publication=publication,
        publications=publishing.publications_of(startup),
        authorisations=authorisations,
        authorisation=authorisation,
        named=authorised.documents_named([one.id for one in authorisations]),
        audiences=publishing.audiences_of([one.id for one in authorisations]),
        papers=document_queries.documents_of_all("authorisation", [one.id for one in authorisations]),
        draft=draft,
        may_publish_now=draft is not None and (renewed or publishing.differs(draft, publication)),
        renewed=renewed,
        readers=listing(publishing.readers_of(startup, place_from_request()), []),
    )
