"""What the sections share: deals by their names, and lists that end somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.core.db import db
from crm.deals.models import Deal, DealEvent, DealStatus, Round
from crm.deals.queries import stands
from crm.institutions.models import Institution
from crm.meeting.week import Week
from crm.metrics.definitions.deals import live_deals
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
    return live_deals(*NAMES, *what).outerjoin(Account, Account.id == Deal.owner_id)


def deal_point(kind: str, row: Any, day: date | None, detail: str = "") -> Point:
    """A point about a deal of named_deals()."""
    return Point(kind, f"{row.startup} × {row.institution}", ("deal", row.deal_id), row.owner, day, detail)


def first_rows(statement: sa.Select[*tuple[Any, ...]], *order: Any) -> tuple[Sequence[Any], int]:
    """The first rows of a statement, and how many there are in all."""
    rows = db.session.execute(statement.order_by(*order).limit(MOST + 1)).all()
    if len(rows) <= MOST:
        return rows, len(rows)
    return rows[:MOST], db.session.scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0


def standing(week: Week) -> Any:
    """Where each open deal stood on the day on which a week is told: `deal_id`, `stage`, `status`, `since`.

    Of a week that runs, what deals say themselves; of an earlier one, what their latest event up to that day says.
    """
    if week.runs:
        columns = (Deal.id.label("deal_id"), Deal.stage, Deal.status, Deal.moved_on.label("since"))
        return sa.select(*columns).where(Deal.status.in_((DealStatus.ACTIVE, DealStatus.ON_HOLD))).subquery()
    latest = sa.func.row_number().over(
        partition_by=DealEvent.deal_id, order_by=(DealEvent.happened_on.desc(), DealEvent.id.desc())
    )
    events = (
        sa.select(
            DealEvent.deal_id,
            DealEvent.to_stage.label("stage"),
            DealEvent.to_status.label("status"),
            DealEvent.happened_on.label("since"),
            latest.label("place"),
        )
        .where(DealEvent.happened_on <= week.as_of, stands())
        .subquery()
    )
    return sa.select(events).where(events.c.place == 1).subquery()
