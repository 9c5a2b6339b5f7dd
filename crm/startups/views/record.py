"""The frame of a startup's record: its head and its tabs."""

from __future__ import annotations

from typing import Any

from crm.core.clock import day_of
from crm.deals import queries as deal_queries
from crm.people import queries as people_queries
from crm.services import queries as service_queries
from crm.startups import policies, queries
from crm.startups.models import Startup
from crm.web.answers import now, page
from crm.web.guards import actor


def record_page(template: str, startup: Startup, **values: Any) -> str:
    """A page of a startup's record."""
    today = day_of(now())
    return page(
        template,
        startup=startup,
        today=today,
        published=startup.is_published(today),
        may_write=policies.may_write(actor()),
        may_publish=policies.may_publish(actor()),
        counts={
            "rounds": deal_queries.count_rounds(startup_id=startup.id),
            "deals": deal_queries.count_deals(startup_id=startup.id),
            "services": service_queries.count_services(startup_id=startup.id),
            "people": people_queries.count_people(startup_id=startup.id),
            **queries.count_parts(startup),
        },
        **values,
    )
