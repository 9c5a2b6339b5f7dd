"""Keeps what lists say of where a startup stands: whatever the ORM saves of its rounds, deals, services and talks is
told to the startup in the same transaction.

What is written past the ORM (imports, the seed) calls `keep` in its own transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import inspect, orm

from crm.activities.models import Activity, ActivityLink
from crm.core.clock import day_of, now
from crm.core.db import Base, db, listen_once
from crm.core.expressions import unindexed
from crm.core.listing import FIRST_DAY
from crm.core.periodic import once_a_day
from crm.deals.models import GOING_ON, HOLDING, Deal, Round, RoundState
from crm.services.models import Service, ServiceState
from crm.settings.models import Term
from crm.startups.models import Startup

WATCHED: dict[type[Base], tuple[str, ...]] = {
    Round: ("startup_id", "state", "archived_at"),
    Deal: ("round_id", "stage", "status", "moved_on", "archived_at"),
    Service: ("startup_id", "state", "happened_on", "archived_at"),
    Activity: ("happened_on", "archived_at"),
    ActivityLink: ("record_type", "record_id", "happened_on"),
    Term: ("code", "position"),
}
STAGES = sa.select(Term.code).where(Term.vocabulary == "deal_stage").order_by(Term.position, Term.id)
NOBODY = sa.literal_column("0", sa.Integer)
NOWHERE = sa.cast(sa.null(), sa.Integer)
NEVER = sa.cast(sa.null(), sa.Date)


class Standing(NamedTuple):
    """What is kept of one startup; see Startup."""

    furthest_stage: str | None = None
    open_deals: int = 0
    has_open_round: bool = False
    completed_services: int = 0
    last_activity_on: date | None = None


@dataclass(frozen=True)
class Difference:
    """A startup that does not say what its records come to."""

    startup_id: int
    kept: Standing
    counted: Standing


def listen() -> None:
    """Keep it from now on; asked twice, it listens once."""
    listen_once("after_flush", follow)


def follow(session: orm.Session, _: object) -> None:
    """Tell the startups what a flush changed."""
    saved: dict[type[Any], list[Any]] = {}
    for one in (*session.new, *session.dirty, *session.deleted):
        if type(one) in WATCHED and (one in session.deleted or has_changed(one)):
            saved.setdefault(type(one), []).append(one)
    if any(term.vocabulary == "deal_stage" for term in saved.pop(Term, ())):
        keep()
    elif saved:
        keep(startups_of(session, saved))


def has_changed(one: Base) -> bool:
    attributes = inspect(one).attrs
    return any(attributes[name].history.has_changes() for name in WATCHED[type(one)])


def startups_of(session: orm.Session, saved: dict[type[Any], list[Any]]) -> set[int]:
    """The startups that saved records are about, and those that they were about before."""
    found = {*said(saved.get(Service, ()), "startup_id"), *said(saved.get(Round, ()), "startup_id")}
    found.update(link.record_id for link in saved.get(ActivityLink, ()) if link.record_type == "startup")
    for model, name, owners in (
        (Deal, "round_id", sa.select(Round.startup_id).where(Round.id.in_(sa.bindparam("ids", expanding=True)))),
        (
            Activity,
            "id",
            sa.select(ActivityLink.record_id).where(
                ActivityLink.activity_id.in_(sa.bindparam("ids", expanding=True)), ActivityLink.record_type == "startup"
            ),
        ),
    ):
        if ids := said(saved.get(model, ()), name):
            found.update(session.connection().scalars(owners, {"ids": list(ids)}))
    return found


def said(records: Iterable[Any], name: str) -> set[int]:
    """What a column of records says, and said before the flush."""
    histories = (inspect(one).attrs[name].history for one in records)
    return {value for history in histories for value in history.sum() if value is not None}


def keep(startup_ids: Collection[int] | None = None) -> list[Difference]:
    """Let some startups, or all, say what their records come to; returns where they did not.

    They are kept from others first: two that add to one startup count after each other.
    """
    connection = db.session.connection()
    columns = Startup.__table__.c
    rows = sa.select(columns.id, *(columns[name] for name in Standing._fields)).order_by(columns.id)
    if startup_ids is not None:
        rows = rows.where(columns.id.in_(startup_ids))
    kept = {row.id: Standing(*row[1:]) for row in connection.execute(rows.with_for_update(key_share=True))}
    counted = count(None if startup_ids is None else kept.keys())
    told = (Difference(one, standing, counted.get(one, Standing())) for one, standing in kept.items())
    found = [one for one in told if one.kept != one.counted]
    if found:
        new = sa.update(cast(sa.Table, Startup.__table__)).where(columns.id == sa.bindparam("startup_id"))
        values = [{"startup_id": one.startup_id, **one.counted._asdict()} for one in found]
        connection.execute(new.values({name: sa.bindparam(name) for name in Standing._fields}), values)
    return found


def count(startup_ids: Collection[int] | None) -> dict[int, Standing]:
    """{startup: what its records come to today}, of some or of all that have any. Two statements."""
    connection = db.session.connection()
    stages = connection.scalars(STAGES).all()
    parts = sa.union_all(*(among(part, startup_ids) for part in parts_of(stages, day_of(now())))).subquery()
    sums = sa.select(
        parts.c.startup_id,
        sa.func.max(parts.c.place),
        sa.func.sum(parts.c.deals),
        sa.func.sum(parts.c.rounds),
        sa.func.sum(parts.c.services),
        sa.func.max(parts.c.day),
    ).group_by(parts.c.startup_id)
    return {
        startup_id: Standing(None if place is None else stages[place], int(deals), rounds > 0, int(services), day)
        for startup_id, place, deals, rounds, services, day in connection.execute(sums)
    }


def among(part: sa.Select[Any], startup_ids: Collection[int] | None) -> sa.Select[Any]:
    """A part of the count, of some startups or of all."""
    startup_id = part.selected_columns.startup_id
    return (part if startup_ids is None else part.where(startup_id.in_(startup_ids))).group_by(startup_id)


def parts_of(stages: Collection[str], today: date) -> tuple[sa.Select[Any], ...]:
    """What deals, rounds, services and talks say, each in the same columns: a deal's stage by its place, the last day
    of what has happened."""
    place = sa.case({stage: number for number, stage in enumerate(stages)}, value=Deal.stage)
    deals = (
        part_of(
            Round.startup_id,
            place=sa.func.max(sa.case((Deal.status.in_(HOLDING), place))),
            deals=sa.func.count(sa.case((Deal.status.in_(GOING_ON), 1))),
            day=sa.func.max(Deal.moved_on),
        )
        .join(Deal, Deal.round_id == Round.id)
        .where(unindexed(Deal.archived_at).is_(None))
    )
    rounds = part_of(Round.startup_id, rounds=sa.func.count()).where(
        unindexed(Round.archived_at).is_(None), Round.state == RoundState.OPEN
    )
    services = part_of(Service.startup_id, services=sa.func.count(), day=sa.func.max(Service.happened_on)).where(
        Service.archived_at.is_(None), Service.state == ServiceState.COMPLETED
    )
    talks = (
        part_of(ActivityLink.record_id, day=sa.func.max(ActivityLink.happened_on))
        .join(Activity, Activity.id == ActivityLink.activity_id)
        .where(
            ActivityLink.record_type == "startup",
            ActivityLink.happened_on <= today,
            unindexed(Activity.archived_at).is_(None),
        )
    )
    return deals, rounds, services, talks


def part_of(
    startup_id: Any,
    *,
    place: Any = NOWHERE,
    deals: Any = NOBODY,
    rounds: Any = NOBODY,
    services: Any = NOBODY,
    day: Any = NEVER,
) -> sa.Select[Any]:
    return sa.select(
        startup_id.label("startup_id"),
        place.label("place"),
        deals.label("deals"),
        rounds.label("rounds"),
        services.label("services"),
        day.label("day"),
    )


def keep_daily(at: datetime) -> None:
    """Once a day: a meeting that was planned for a day happens on it, though nobody writes anything then."""
    once_a_day("standing", keep_met, at=at)


def keep_met() -> None:
    """Tell the startups of meetings that were planned before their day."""
    planned = (
        sa.select(ActivityLink.record_id)
        .join(Startup, Startup.id == ActivityLink.record_id)
        .where(
            ActivityLink.record_type == "startup",
            ActivityLink.happened_on <= day_of(now()),
            ActivityLink.happened_on > sa.func.coalesce(Startup.last_activity_on, FIRST_DAY),
        )
    )
    keep(set(db.session.scalars(planned.distinct())))
