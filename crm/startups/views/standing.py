"""Where the startups of a list stand: their deals, what the platform did, when something happened last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from crm.accounts.models import Actor
from crm.activities import queries as activity_queries
from crm.core.clock import day_of
from crm.core.keeping import kept
from crm.deals import queries as deal_queries
from crm.deals.queries import DealsStanding
from crm.services import queries as service_queries
from crm.web.answers import now
from crm.web.guards import actor

COLUMNS = {"stage", "open_deals", "services", "last_activity"}


class Standing(NamedTuple):
    """The furthest stage of its deals, how many of them go on, the services completed, and the last day of a talk, a
    task, a deal's move or a service."""

    stage: str | None = None
    open_deals: int = 0
    services: int = 0
    last_on: date | None = None


def standings(startups: Sequence[Any], shown: Collection[str]) -> dict[int, Standing]:
    """{startup: where it stands}, where the list shows any of it; read again when anything was written."""
    if not COLUMNS.intersection(shown):
        return {}
    ids, reader, today = tuple(one.id for one in startups), actor(), day_of(now())
    return kept(("standings", ids, reader.role, today), partial(standings_of, reader, ids, today))


def standings_of(reader: Actor, ids: Sequence[int], today: date) -> dict[int, Standing]:
    """The same of startups by their ids, in three statements."""
    deals = deal_queries.standing_of_startups(reader, ids)
    services = service_queries.completed_of_startups(reader, ids)
    talks = activity_queries.last_days(reader, "startup", ids, today)
    found = {}
    for one in ids:
        deal, (done, done_on) = deals.get(one, DealsStanding()), services.get(one, (0, None))
        days = [day for day in (deal.moved_on, done_on, talks.get(one)) if day]
        found[one] = Standing(deal.stage, deal.open, done, max(days, default=None))
    return found
