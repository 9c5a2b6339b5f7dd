"""What the sections share: deals by their names, and lists that end somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.core.db import db
from crm.deals.models import Deal, DealEvent, Round
from crm.deals.queries import stands
from crm.institutions.models import Institution
from crm.meeting.week import Week
from crm.metrics.definitions.deals import binned
from crm.startups.models import Startup

MOST = 10  # rows of a list; the application has the rest
T = TypeVar("T")


@dataclass(frozen=True)
class Few(Generic[T]):
    """The first rows of a list, and how many there are in all."""

    rows: tuple[T, ...]
    count: int

    @property
    def more(self) -> int:
        """Rows that are left out."""
        return self.count - len(self.rows)


def few(rows: Sequence[T]) -> Few[T]:
    """The first rows of them all."""
    return Few(tuple(rows[:MOST]), len(rows))


@dataclass(frozen=True)
class Point:
    """One thing to talk about. `record`: (kind, id) of what it opens; `detail`: what is to be done, or a code.

    `day`: when it is due, or since when it waits.
    """

    kind: str
    name: str
    record: tuple[str, int]
    owner: str
    day: date | None
    detail: str = ""


NAMES = (
    Deal.id.label("deal_id"),
    Startup.shown_name.label("startup"),
    Institution.name.label("institution"),
    Round.name.label("round"),
    sa.func.coalesce(Account.name, "").label("owner"),
)


def named_deals(*what: Any) -> sa.Select[Any]:
    """Deals outside the bin with startup, institution, round and owner by name."""
    return (
        sa.select(*NAMES, *what)
        .join(Round, Round.id == Deal.round_id)
        .join(Startup, Startup.id == Round.startup_id)
        .join(Institution, Institution.id == Deal.institution_id)
        .outerjoin(Account, Account.id == Deal.owner_id)
        .where(Deal.id.not_in(binned()))
    )


def deal_point(kind: str, deal: Any, day: date | None, detail: str = "") -> Point:
    """A point about a deal by its NAMES."""
    return Point(kind, f"{deal.startup} × {deal.institution}", ("deal", deal.deal_id), deal.owner, day, detail)


def first_rows(statement: sa.Select[*tuple[Any, ...]], *order: Any) -> tuple[Sequence[Any], int]:
    """The first rows of a statement, and how many there are in all."""
    rows = db.session.execute(statement.order_by(*order).limit(MOST + 1)).all()
    if len(rows) <= MOST:
        return rows, len(rows)
    return rows[:MOST], db.session.scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0


def first_deals(found: sa.Select[*tuple[Any, ...]], *order: Any) -> tuple[list[tuple[Any, Any]], int]:
    """The NAMES of the first deals beside their rows, which begin with the deal, and how many there are in all. Only
    these are looked up by name."""
    rows, count = first_rows(found.where(Deal.id.not_in(binned())), *order)
    named = named_deals().where(Deal.id.in_([row.deal_id for row in rows]))
    names = {deal.deal_id: deal for deal in db.session.execute(named)} if rows else {}
    return [(names[row.deal_id], row) for row in rows], count


@dataclass(frozen=True)
class Standing:
    """Where deals stood on a day: a statement of their `deal_id`, `stage` and `since`, and what it can ask."""

    deals: sa.Select[Any]
    stage: Any
    status: Any
    since: Any


def standing(week: Week) -> Standing:
    """Where each deal stood on the day on which a week is told.

    Of a week that runs, what deals say themselves; of an earlier one, what their latest event up to that day says.
    """
    if week.runs:
        return standing_by(sa.select(Deal.id.label("deal_id")), Deal.stage, Deal.status, Deal.moved_on)
    latest = sa.func.row_number().over(
        partition_by=DealEvent.deal_id, order_by=(DealEvent.happened_on.desc(), DealEvent.id.desc())
    )
    events = (
        sa.select(
            DealEvent.deal_id, DealEvent.to_stage, DealEvent.to_status, DealEvent.happened_on, latest.label("place")
        )
        .where(DealEvent.happened_on <= week.as_of, stands())
        .subquery()
    )
    stood = sa.select(events.c.deal_id).join(Deal, Deal.id == events.c.deal_id).where(events.c.place == 1)
    return standing_by(stood, events.c.to_stage, events.c.to_status, events.c.happened_on)


def standing_by(deals: sa.Select[Any], stage: Any, status: Any, since: Any) -> Standing:
    return Standing(deals.add_columns(stage.label("stage"), since.label("since")), stage, status, since)
