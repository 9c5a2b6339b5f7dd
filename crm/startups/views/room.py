"""The data room of a startup, as a tab of its record."""

from __future__ import annotations

from typing import Any

from crm.dataroom import queries as room_queries
from crm.startups import policies, queries
from crm.startups.models import Startup
from crm.startups.views.blueprint import bp
from crm.startups.views.record import record_page
from crm.web.guards import requires


@bp.get("/<int:startup_id>/room")
@requires(policies.may_write, startup=queries.find_startup)
def show_room(startup: Startup) -> Any:
    room = room_queries.room_of(startup_id=startup.id)
    return record_page("startups/show_room.html", startup, sight=room_queries.sight_of(room))
