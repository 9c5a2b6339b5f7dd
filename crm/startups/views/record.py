"""The frame of a startup's record: its head and its tabs."""

from __future__ import annotations

from typing import Any

from crm.accounts import queries as account_queries
from crm.core.clock import day_of
from crm.core.listing import COUNTED, counter
from crm.core.naming import former_names_about
from crm.deals import queries as deal_queries
from crm.documents import queries as document_queries
from crm.people import queries as people_queries
from crm.publishing import policies as publishing_policies
from crm.services import queries as service_queries
from crm.settings.pages import remembered_page
from crm.startups import policies, queries
from crm.startups.models import PARTS, Startup
from crm.web.answers import now
from crm.web.guards import actor

# What there is of a startup, for the tabs, and so that nobody asks for what there is not.
counts_of = counter(
    rounds=deal_queries.rounds_about(startup_id=COUNTED),
    deals=deal_queries.deals_about(startup_id=COUNTED),
    services=service_queries.services_for(COUNTED),
    people=people_queries.people_about(startup_id=COUNTED),
    documents=document_queries.documents_about("startup", COUNTED),
    namesakes=queries.namesakes_of_startup(COUNTED),
    former_name=former_names_about("startup", COUNTED),
    **{kind.__tablename__: queries.parts_about(kind, COUNTED) for kind in PARTS},
)


def record_page(template: str, startup: Startup, counts: dict[str, int] | None = None, **values: Any) -> str:
    """A page of a startup's record."""
    today = day_of(now())
    return remembered_page(
        template,
        startup=startup,
        today=today,
        published=startup.is_published(today),
        owner_name=account_queries.name_of(startup.owner_id) or "",
        may_write=policies.may_write(actor()),
        may_publish=publishing_policies.may_publish(actor()),
        counts=counts or counts_of(startup.id),
        **values,
    )
