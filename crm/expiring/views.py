"""The list of what ends soon."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from crm.accounts.policies import may_read_records
from crm.core.clock import day_of
from crm.expiring import queries
from crm.settings.filters import asked_filters
from crm.web.addresses import address
from crm.web.answers import now, page
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import listing, place_from_request

bp = Blueprint("expiring", __name__, url_prefix="/expiring")


@bp.get("/")
@requires(may_read_records)
def list_expiring() -> Any:
    sources = queries.sources_for(actor())
    kinds = [(name, translate(source.title)) for name, source in sources.items()]
    wanted, chips = asked_filters(kind=(_("Kind"), ""))
    kind = wanted["kind"] if wanted["kind"] in sources else ""
    chips = [(name, label, dict(kinds).get(value, "")) for name, label, value in chips if value in sources]
    today = day_of(now())
    return page(
        "expiring/list_expiring.html",
        listing=listing(queries.expiring(actor(), place_from_request(), today, kind), chips),
        kind=kind,
        kinds=kinds,
        sources=sources,
        today=today,
        href=record_href,
    )


def record_href(kind: str, record_id: int) -> str:
    """Where the record of a row is."""
    endpoint, name = queries.SOURCES[kind].opens
    return address(endpoint, **{name: record_id})
