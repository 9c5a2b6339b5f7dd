"""A row in every table, whatever it means: for what must carry all of them, such as migrations and backups."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core.contents import holders
from crm.core.db import Base, Codes
from tests.support.world import SEEDED, filled_tables

MOMENT = datetime(2026, 6, 12, 6, 40, 0, 123456, tzinfo=UTC)
VALUES: tuple[tuple[type, object], ...] = (
    (sa.JSON, {"字段": [1, None, "“引号”\n"]}),
    (sa.Boolean, True),
    (sa.Integer, 1),
    (sa.DateTime, MOMENT),
    (sa.Date, date(2026, 6, 12)),
    (sa.Time, time(9, 30)),
    (sa.LargeBinary, b"\x00\xff"),
)
LEFT_EMPTY = {  # where a row is about one of two
    "account": ("institution_id", "startup_id"),
    "commitment": ("from_fund_id", "from_institution_id"),
    "confirmation": ("institution_id", "deal_id"),
    "event_guest": ("startup_id",),
    "match_run": ("round_id",),
    "person": ("startup_id",),
    "room_grant": ("folder_id",),
}


def fill_every_table(session: Session, key: str = "") -> None:
    """A row in every table that is empty. `key`: what columns that name content name."""
    filled = {*SEEDED, *filled_tables(session)}
    for table in Base.metadata.sorted_tables:
        if table.name not in filled:
            session.execute(sa.insert(table).values(a_row(session, table, key)))


def a_row(session: Session, table: sa.Table, key: str) -> dict[str, Any]:
    """A value for every column that may have one."""
    left = ("id", *LEFT_EMPTY.get(table.name, ()))
    row = {column.name: a_value(session, column) for column in table.columns if column.name not in left}
    single, several = holders()
    named = {one.name: key for one in single if one.table is table}
    return row | named | {one.name: [key] if key else [] for one in several if one.table is table}


def a_value(session: Session, column: sa.Column[Any]) -> object:
    """Something that the column holds; a reference points at the first row there is, `other_…` at the last one."""
    pick = sa.func.max if column.name.startswith("other_") else sa.func.min
    for key in column.foreign_keys:
        return session.scalar(sa.select(pick(key.column)))
    kind = column.type
    if isinstance(kind, Codes):
        return ("a",)
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    while isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, sa.String):
        return "甲" if (kind.length or 2) > 1 else "a"
    return next(value for of, value in VALUES if isinstance(kind, of))
