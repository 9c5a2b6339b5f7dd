"""What events are found by: title, place and kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from crm.core.clock import day_of
from crm.core.db import db
from crm.events.models import Event
from crm.events.policies import may_list
from crm.lib.text import N_
from crm.search.registry import Description, Kind
from crm.settings.queries import label


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """Title, kind, day and place."""
    found = db.session.execute(
        sa.select(Event.id, Event.name, Event.kind, Event.starts_at, Event.place, Event.archived_at)
        .where(Event.id.in_(ids))
        .order_by(Event.id)
    )
    for row in found:
        yield Description(
            record_id=row.id,
            title=row.name,
            note=" · ".join(filter(None, (day_of(row.starts_at).isoformat(), row.place))),
            names=(row.name,),
            texts=(row.place, *(label("event_kind", row.kind, language) for language in ("zh_CN", "en"))),
            archived=row.archived_at is not None,
        )


EVENTS = Kind(
    name="event",
    model=Event,
    label=N_("Events"),
    icon="event",
    endpoint="events.show_event",
    argument="event_id",
    describe=describe,
    may_find=may_list,
    list_endpoint="events.list_events",
)
