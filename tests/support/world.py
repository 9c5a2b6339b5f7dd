"""The application that the running test uses, and how its database is emptied between tests."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from crm.core.db import Base
from crm.search import actions as search_actions

app: Flask
SEEDED = ("audit_tail", "platform", "term", "service_category", "service_type")
_seeds: dict[str, list[dict[str, Any]]] = {}


def remember_seeds(session: Session) -> None:
    """Keep what the migrations wrote, to restore it after tests that change it."""
    for name in SEEDED:
        table = Base.metadata.tables[name]
        _seeds[name] = [dict(row) for row in session.execute(sa.select(table).order_by(table.c.id)).mappings()]


def wipe(session: Session) -> None:
    """Empty every table, but for what the migrations wrote."""
    search_actions.clear()
    filled = filled_tables(session)
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in filled:
            session.execute(sa.delete(table))
    for name in reversed(SEEDED):
        table = Base.metadata.tables[name]
        session.execute(sa.delete(table).where(table.c.id.not_in([row["id"] for row in _seeds[name]])))
    for name in SEEDED:
        table = Base.metadata.tables[name]
        rows = session.execute(sa.select(table).order_by(table.c.id)).mappings()
        if [dict(row) for row in rows] != _seeds[name]:
            for row in _seeds[name]:
                session.execute(sa.update(table).where(table.c.id == row["id"]).values(**row))


def filled_tables(session: Session) -> set[str]:
    """The tables that hold rows: asking once is quicker than emptying all of them."""
    return set(session.scalars(which_are_filled()))


@cache
def which_are_filled() -> sa.CompoundSelect[str]:
    emptied = [table for table in Base.metadata.sorted_tables if table.name not in SEEDED]
    return sa.union_all(
        *(sa.select(sa.literal(table.name)).where(sa.exists(sa.select(table.c.id))) for table in emptied)
    )
