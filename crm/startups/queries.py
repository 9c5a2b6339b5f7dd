"""Reading startups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from crm.accounts.models import Actor
from crm.core import naming
from crm.core.db import db
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.lib.text import N_
from crm.search import queries as search_queries
from crm.startups.models import PastRound, Startup
from crm.startups.policies import published_on, visible_to


def find_startup(actor: Actor, startup_id: int) -> Startup | None:
    """A startup that this actor may see."""
    return db.session.scalar(sa.select(Startup).where(Startup.id == startup_id, visible_to(actor)))


def find_published(startup_id: int, day: date) -> Startup | None:
    """A startup whose profile investors may read on a day."""
    return db.session.scalar(sa.select(Startup).where(Startup.id == startup_id, published_on(day)))


def startups(
    actor: Actor,
    place: Place,
    *,
    text: str = "",
    sector: str = "",
    vertical: str = "",
    growth_stage: str = "",
    published: bool = False,
    archived: bool = False,
) -> Slice:
    """The list of startups."""
    statement = sa.select(Startup).where(
        visible_to(actor), Startup.archived_at.is_not(None) if archived else Startup.archived_at.is_(None)
    )
    if text:
        statement = statement.where(matches(text))
    if published:
        statement = statement.where(Startup.published_at.is_not(None))
    return slice_of(filtered(statement, sector, vertical, growth_stage), Startup.id, SORTS, place)


def published_startups(
    place: Place, day: date, *, text: str = "", sector: str = "", vertical: str = "", growth_stage: str = ""
) -> Slice:
    """The list of startups that investors may read on a day; searches only what they may read."""
    statement = sa.select(Startup).where(published_on(day))
    if text:
        statement = statement.where(search_queries.matches(Startup.id, "published_startup", text))
    return slice_of(filtered(statement, sector, vertical, growth_stage), Startup.id, PUBLISHED_SORTS, place)


SORTS = {
    "name": Sort(Startup.name_key),
    "joined": Sort(sa.func.coalesce(Startup.joined_on, sa.literal(date.min, sa.Date)), True),
    "seeking": Sort(sa.func.coalesce(Startup.seeking_low, -1), True),
}
PUBLISHED_SORTS = {"published": Sort(Startup.published_at, True), "name": Sort(Startup.name_key)}


def filtered(statement: sa.Select[Any], sector: str, vertical: str, growth_stage: str) -> sa.Select[Any]:
    for column, code in (
        (Startup.sector_layer, sector),
        (Startup.sector_vertical, vertical),
        (Startup.growth_stage, growth_stage),
    ):
        if code:
            statement = statement.where(column == code)
    return statement


def matches(text: str) -> sa.ColumnElement[bool]:
    """Startups that a text finds: by a name of today or before, its pinyin, a code, or somebody there."""
    return search_queries.matches(Startup.id, "startup", text)


def suggestions(text: str) -> Sequence[Startup]:
    """The first few startups that a typed text may mean."""
    return search_queries.suggested(Startup, text)


def resolve(text: str, *, field: str) -> Startup:
    """The one startup that a credit code, a full name or a short name means. Raises Refusal at the field."""
    missing = N_("No startup is called “%(name)s”. Choose one of the list, or add it first.", name=text)
    return naming.resolve(Startup, text, field=field, missing=missing)


def find_past_round(actor: Actor, past_round_id: int) -> PastRound | None:
    """A past round of a startup that this actor may see, with the startup."""
    return db.session.scalar(
        sa.select(PastRound)
        .join(PastRound.startup)
        .options(contains_eager(PastRound.startup))
        .where(PastRound.id == past_round_id, visible_to(actor))
    )


def past_rounds_of(startup: Startup) -> Sequence[PastRound]:
    """The rounds that a startup closed before, the latest known first."""
    return db.session.scalars(
        sa.select(PastRound)
        .where(PastRound.startup_id == startup.id)
        .order_by(PastRound.happened_on.is_(None), PastRound.happened_on.desc(), PastRound.id)
    ).all()
