"""The database: base class, column types, and the one transaction boundary."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, overload

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.connections import ACTIVE, WRITING, end_reading
from crm.core.errors import Conflict
from crm.lib.money import Amount

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment, kept in UTC and always timezone-aware, on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True
    python_type = datetime  # a list that is sorted by a moment compares its cursor with it

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Codes(sa.types.TypeDecorator[tuple[str, ...]]):
    """A few codes of one vocabulary in one column, kept as `|seed|early|` so that SQL can look inside."""

    impl = sa.String(400)
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | list[str] | None, dialect: Dialect) -> str:
        return f"|{'|'.join(value)}|" if value else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(value.strip("|").split("|")) if value else ()


def holds_code(column: Any, code: str) -> sa.ColumnElement[bool]:
    """True where a `Codes` column contains the code."""
    return sa.type_coerce(column, sa.String).contains(f"|{code}|", autoescape=True)


def values_of(kind: type[enum.Enum]) -> list[str]:
    return [member.value for member in kind]


class Base(orm.DeclarativeBase):
    """The base of every table."""

    registry = orm.registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime(),
            tuple[str, ...]: Codes(),
            dict[str, Any]: sa.JSON(),
            list[Any]: sa.JSON(),
            enum.Enum: sa.Enum(enum.Enum, native_enum=False, length=20, values_callable=values_of),
        },
    )

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


class Versioned:
    """A record that two people may edit: the version travels through the form."""

    version: Mapped[int] = mapped_column(default=1)

    @orm.declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands in the class
        return {"version_id_col": cls.version}

    def expect_version(self, version: int | None) -> None:
        """Raise Conflict when the editor had read another version."""
        if version is not None and version != self.version:
            raise Conflict(self)


class Archivable:
    """A record that is put away, never deleted."""

    archived_at: Mapped[datetime | None] = mapped_column(default=None)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def many_to_one(target: str, column: str) -> Any:
    """A reference to another record that must be loaded on purpose: an N+1 is an error, not a slow page."""
    return orm.relationship(target, foreign_keys=column, lazy="raise_on_sql", viewonly=False)


def one_to_many(target: str, key: str, order_by: str) -> Any:
    """A record's own parts, inside one feature; loaded on purpose."""
    return orm.relationship(
        target, foreign_keys=key, lazy="raise_on_sql", order_by=order_by, cascade="all, delete-orphan"
    )


def money(default: int | None = None) -> Any:
    """An amount in 分 (fen), the minor unit of its currency, as a 64-bit integer; None where undisclosed."""
    return mapped_column(sa.BigInteger, default=default)


def text(length: int) -> Any:
    """A short text; "" where nothing is known, so that nobody has to tell None from ""."""
    return mapped_column(sa.String(length), default="")


class AmountOf:
    """Three columns (`…_low`, `…_high` in 分, `…_text`) read and written as one Amount."""

    def __init__(self, prefix: str) -> None:
        self.names = (f"{prefix}_low", f"{prefix}_high", f"{prefix}_text")

    @overload
    def __get__(self, record: None, owner: type) -> AmountOf: ...

    @overload
    def __get__(self, record: object, owner: type) -> Amount: ...

    def __get__(self, record: object | None, owner: type) -> Amount | AmountOf:
        if record is None:
            return self
        return Amount(*(getattr(record, name) for name in self.names))

    def __set__(self, record: object, amount: Amount) -> None:
        for name, value in zip(self.names, (amount.low, amount.high, amount.text), strict=True):
            setattr(record, name, value)


@contextmanager
def unit_of_work(*, write: bool) -> Iterator[orm.Session]:
    """The one transaction boundary of web, commands and jobs: commit at the end, roll back on any error.

    What a reading unit loaded stays readable after it.
    A writing unit takes SQLite's write lock at its first statement (BEGIN IMMEDIATE), a reading one never does.
    Units do not nest.
    Raises Conflict when another unit changed the same record in between.
    """
    if ACTIVE.get():
        raise RuntimeError("a unit of work inside another would commit half of it")
    active, token = ACTIVE.set(True), WRITING.set(write)
    session = db.session()
    try:
        session.info.pop("recorded", None)
        if session.in_transaction():
            session.rollback()  # something read outside any unit: SQLite could not turn that into a writing transaction
        yield session
        if write:
            session.commit()
        else:
            end_reading(session)
    except orm.exc.StaleDataError as error:
        session.rollback()
        raise Conflict from error
    except BaseException:
        session.rollback()
        raise
    finally:
        WRITING.reset(token)
        ACTIVE.reset(active)
    run_after_commit(session)


def recorded(session: orm.Session) -> list[Any]:
    """What the running unit of work, or the one that has just ended, wrote into the history."""
    entries: list[Any] = session.info.setdefault("recorded", [])
    return entries


def after_commit(session: orm.Session, call: Callable[[], object]) -> None:
    """Run the call once this unit has been committed; a rollback forgets it."""
    session.info.setdefault("after_commit", []).append(call)


def run_after_commit(session: orm.Session) -> None:
    for call in session.info.pop("after_commit", []):
        call()


def insert_into(model: type[Base]) -> Any:
    """An INSERT that can say what holds where the row is there already (`on_conflict_do_…`), on both databases."""
    is_postgresql = db.session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(model) if is_postgresql else sqlite.insert(model)


def lock_table(model: type[Base]) -> None:
    """Keep other writers out of a table until this unit ends, where a rule spans its rows; SQLite has done so."""
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text(f"LOCK TABLE {model.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def listen_once(name: str, call: Callable[..., Any]) -> None:
    """Have every session call this at an event from now on; asked twice, once."""
    if not event.contains(orm.Session, name, call):
        event.listen(orm.Session, name, call)


@event.listens_for(orm.Session, "after_rollback")
def forget_after_commit(session: orm.Session) -> None:
    session.info.pop("after_commit", None)
