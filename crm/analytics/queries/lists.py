"""The deals behind a figure: the list that its number counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.analytics.figures import Figure, basis_of
from crm.analytics.filters import Filters
from crm.core.db import db
from crm.core.keeping import until_written
from crm.core.listing import BELOW_ZERO, PAGE_SIZE, Place, Slice, Sort, slice_of
from crm.deals.models import Deal
from crm.deals.policies import visible_to
from crm.deals.queries import rows_called


def number(figure: Figure, filters: Filters, as_of: date, at: str = "") -> int:
    """How many deals a figure counts."""
    history = basis_of(figure, filters, as_of)
    return db.session.scalar(sa.select(history.counted(figure.where(history, at))).select_from(history.table)) or 0


def ids(figure: Figure, filters: Filters, as_of: date, at: str = "") -> sa.Select[Any]:
    """The ids of the deals that a figure counts."""
    history = basis_of(figure, filters, as_of)
    return sa.select(history.table.c.deal_id).where(figure.where(history, at))


def deals(actor: Actor, counted: Callable[[], sa.Select[Any]], place: Place, question: tuple[Any, ...]) -> Slice:
    """Those deals page by page, as rows of a list of deals, the latest move first.

    `counted` makes the statement of their ids; `question` is what the page keeps its ids under.
    """
    sorts = {
        "moved": Sort(Deal.moved_on, True),
        "introduced": Sort(Deal.introduced_on, True),
        "signed": Sort(sa.func.coalesce(Deal.signed, BELOW_ZERO), True),
    }

    def read() -> Slice:
        statement = sa.select(Deal.id).where(visible_to(actor), Deal.id.in_(counted()))
        return slice_of(statement, Deal.id, sorts, place, PAGE_SIZE)

    found = until_written(("deals", actor.role, *question, place), read)
    loaded = {deal.id: deal for deal in rows_called(found.rows)}
    return Slice(**{**vars(found), "rows": [loaded[one] for one in found.rows]})
