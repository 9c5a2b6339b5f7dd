"""The data room of a deal, as a tab of its record."""

from __future__ import annotations

from typing import Any

from crm.core.clock import day_of
from crm.dataroom import queries as room_queries
from crm.deals import policies, queries
from crm.deals.models import Deal
from crm.deals.views.blueprint import bp
from crm.web.answers import now, page
from crm.web.guards import requires


@bp.get("/deals/<int:deal_id>/room")
@requires(policies.may_write, deal=queries.find_deal)
def show_room(deal: Deal) -> Any:
    sight = room_queries.sight_of(room_queries.room_of(deal_id=deal.id))
    return page("deals/show_room.html", deal=deal, may_write=True, sight=sight, today=day_of(now()))
