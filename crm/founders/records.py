"""What founders may propose to change, and how an accepted proposal reaches the record: by the desk's own actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit.actions import storable
from crm.core.db import db
from crm.deals import actions as deal_actions
from crm.deals.actions import RoundValues
from crm.deals.models import Round, RoundState
from crm.lib.money import Amount
from crm.startups import actions as startup_actions
from crm.startups import parts
from crm.startups.models import PastRound, Product, ReportedMetric, Startup
from crm.startups.parts import MetricValues, PastRoundValues, ProductValues

Record = Startup | Product | Round | PastRound
RECORDS: Mapping[str, type[Record]] = {one.__tablename__: one for one in (Startup, Product, Round, PastRound)}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "startup": ("summary", "profile", "team", "sector_layer", "sector_vertical", "growth_stage"),
    "product": ("name", "summary", "url"),
    "round": ("sought", "valuation", "use_of_proceeds", "closes_on"),
    "past_round": ("happened_on", "amount", "valuation", "investors", "source"),
}
CODED = ("sector_layer", "sector_vertical", "growth_stage")
PICTURES, FILE = "pictures", "document"


def kept(value: Any) -> Any:
    """A value as a proposal keeps it."""
    if isinstance(value, Amount):
        return {"low": value.low, "high": value.high, "text": value.text}
    return storable(value)


def read(field: str, value: Any) -> Any:
    """A value of a proposal as the record wants it."""
    if isinstance(value, dict):
        return Amount(**value)
    if field in CODED:
        return value or None
    is_day = field.endswith("_on") or field == "as_of"
    return date.fromisoformat(value) if is_day and value else value


def told_values(values: Any) -> dict[str, Any]:
    """The values of a new record, those that say something."""
    said = values if isinstance(values, Mapping) else vars(values)
    told = {name: kept(value) for name, value in said.items()}
    return {name: value for name, value in told.items() if value not in (None, "", False, NOTHING)}


NOTHING = kept(Amount())


def value_now(record: Record, field: str) -> Any:
    """What a record says in a field, as a proposal keeps it."""
    return kept(getattr(record, field))


def find(record_type: str, record_id: int | None, *, lock: bool = False) -> Record | None:
    """The record of a proposal; `lock`: kept from others until this unit ends."""
    model: Any = RECORDS[record_type]
    found: Record | None = db.session.get(model, record_id, with_for_update=lock or None) if record_id else None
    return found


def load(wanted: Iterable[tuple[str, int | None]]) -> list[Record]:
    """The records of several proposals, each kind by one statement: while the list lives, `find` asks no more."""
    ids: dict[str, set[int]] = {}
    for record_type, record_id in wanted:
        if record_id and record_type in RECORDS:
            ids.setdefault(record_type, set()).add(record_id)
    found: list[Record] = []
    for record_type, numbers in ids.items():
        model: Any = RECORDS[record_type]
        found += db.session.scalars(sa.select(model).where(model.id.in_(numbers)))
    return found


def change(record: Record, field: str, value: Any, *, by: Actor, at: datetime) -> None:
    """Let a field say something else. Raises Refusal."""
    told: dict[str, Any] = {field: read(field, value)}
    if isinstance(record, Startup):
        startup_actions.change(record, told, by=by, at=at)
    elif isinstance(record, Product):
        as_is = {one.name: getattr(record, one.name) for one in fields(ProductValues)}
        parts.edit_product(record, replace(ProductValues(**as_is), **told), version=None, by=by, at=at)
    elif isinstance(record, PastRound):
        as_is = {one.name: getattr(record, one.name) for one in fields(PastRoundValues)}
        parts.edit_past_round(record, replace(PastRoundValues(**as_is), **told), version=None, by=by, at=at)
    else:
        as_is = {one.name: getattr(record, one.name) for one in fields(RoundValues)}
        deal_actions.edit_round(record, replace(RoundValues(**as_is), **told), version=None, by=by, at=at)


def add(record_type: str, startup: Startup, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Any:
    """Make a record that was proposed. Raises Refusal."""
    told = {name: read(name, value) for name, value in values.items()}
    return ADDERS[record_type](startup, told, by=by, at=at)


def add_round(startup: Startup, told: dict[str, Any], *, by: Actor, at: datetime) -> Round:
    """Registered only: the desk screens it before anybody is introduced."""
    name = told.pop("name")
    return deal_actions.open_round(startup, name, RoundValues(**told), by=by, at=at, state=RoundState.REGISTERED)


ADDERS: Mapping[str, Callable[..., Any]] = {
    "round": add_round,
    Product.__tablename__: lambda startup, told, **who: parts.add_product(startup, ProductValues(**told), **who),
    PastRound.__tablename__: lambda startup, told, **who: parts.add_past_round(startup, PastRoundValues(**told), **who),
    ReportedMetric.__tablename__: lambda startup, told, **who: parts.add_metric(startup, MetricValues(**told), **who),
}
