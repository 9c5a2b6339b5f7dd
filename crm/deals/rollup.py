"""Keeps the totals of deals in step: whatever the ORM saves of a deal counts in the same transaction.

What is written past the ORM (imports, the seed) calls `rebuild` in its own transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import inspect, orm
from sqlalchemy.dialects import postgresql, sqlite

from crm.core.db import db, listen_once, lock_table
from crm.deals.models import Deal, DealStatus, DealTotal

KEY = ("stage", "status", "owner_id")
SUMS = ("deals", "intended", "unstated", "signed")
COUNTED = (*KEY, "archived_at", "intended_low", "intended_high", "signed")
NO_OWNER = 0


class Key(NamedTuple):
    """Which deals one row of totals is about."""

    stage: str
    status: DealStatus
    owner_id: int


class Sums(NamedTuple):
    """What they come to; see DealTotal."""

    deals: int = 0
    intended: int = 0
    unstated: int = 0
    signed: int = 0

    def plus(self, other: Sums, sign: int = 1) -> Sums:
        """The sums with another's added, or taken away."""
        return Sums(*(mine + sign * theirs for mine, theirs in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Difference:
    """A row of totals that does not say what its deals come to."""

    key: Key
    kept: Sums
    counted: Sums


def listen() -> None:
    """Keep the totals from now on; asked twice, it listens once."""
    listen_once("after_flush", follow)


def follow(session: orm.Session, _: object) -> None:
    """Add to the totals what a flush changed in deals, and take away what they were before. None is ever deleted."""
    added: dict[Key, Sums] = {}
    for deal in (*session.new, *session.dirty):
        if isinstance(deal, Deal) and session.is_modified(deal):
            after = {name: getattr(deal, name) for name in COUNTED}
            note(added, after, 1)
            if deal not in session.new:
                note(added, after | earlier(deal), -1)
    for key in sorted(added):  # in one order, so that two transactions do not wait for each other
        add(session, key, added[key])


def earlier(deal: Deal) -> dict[str, Any]:
    """What the flush replaced in a deal, as far as totals ask."""
    attributes = inspect(deal).attrs
    replaced = {name: attributes[name].history.deleted for name in COUNTED}
    return {name: values[0] for name, values in replaced.items() if values}


def note(added: dict[Key, Sums], values: Mapping[str, Any], sign: int) -> None:
    """Add what a deal counts, or take it away; its row has changed either way."""
    key, sums = counted(values)
    added[key] = added.get(key, Sums()).plus(sums, sign)


def counted(values: Mapping[str, Any]) -> tuple[Key, Sums]:
    """In which row a deal counts, and what it adds there: nothing from the bin."""
    key = Key(values["stage"], DealStatus(values["status"]), values["owner_id"] or NO_OWNER)
    if values["archived_at"]:
        return key, Sums()
    exact = values["intended_low"] if values["intended_low"] == values["intended_high"] else None
    return key, Sums(1, exact or 0, int(exact is None), values["signed"] or 0)


def add(session: orm.Session, key: Key, sums: Sums) -> None:
    """Add to one row of totals, which begins at nothing."""
    dialect = session.get_bind().dialect.name
    session.connection().execute(adding(dialect), {**key._asdict(), **sums._asdict(), "changes": 1})


@cache
def adding(dialect: str) -> Any:
    """The statement of `add`, built once: every save of a deal sends it."""
    columns = DealTotal.__table__.c
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(DealTotal)
    more = {name: columns[name] + statement.excluded[name] for name in (*SUMS, "changes")}
    return statement.on_conflict_do_update(index_elements=list(KEY), set_=more)


def recount() -> dict[Key, Sums]:
    """What the deals come to now, counted one by one."""
    exact = Deal.intended_low == Deal.intended_high
    owner = sa.func.coalesce(Deal.owner_id, NO_OWNER)
    rows = db.session.execute(
        sa.select(
            Deal.stage,
            Deal.status,
            owner,
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((exact, Deal.intended_low))), 0),
            sa.func.count() - sa.func.count(sa.case((exact, 1))),
            sa.func.coalesce(sa.func.sum(Deal.signed), 0),
        )
        .where(Deal.archived_at.is_(None))
        .group_by(Deal.stage, Deal.status, owner)
    )
    return {Key(stage, status, owner_id): Sums(*map(int, sums)) for stage, status, owner_id, *sums in rows}


def differences() -> list[Difference]:
    """The totals that do not say what their deals come to; none, unless somebody wrote past this module."""
    columns = DealTotal.__table__.c
    rows = db.session.execute(sa.select(*(columns[name] for name in (*KEY, *SUMS))))
    kept = {Key(*row[: len(KEY)]): Sums(*row[len(KEY) :]) for row in rows}
    counted_now = recount()
    told = (Difference(key, kept.get(key, Sums()), counted_now.get(key, Sums())) for key in kept.keys() | counted_now)
    return sorted((one for one in told if one.kept != one.counted), key=lambda one: one.key)


def rebuild() -> list[Difference]:
    """Make the totals say what the deals come to; returns where they did not. Nobody writes a deal meanwhile."""
    lock_table(Deal)
    found = differences()
    for one in found:
        add(db.session(), one.key, one.counted.plus(one.kept, -1))
    return found
