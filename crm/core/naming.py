"""Records that people call by name: how a typed name, short name or code finds the one that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import db, text
from crm.core.errors import Refusal
from crm.lib.names import name_key, tidy_name
from crm.lib.text import N_, Message

SUGGESTED = 8
NAMED_IN_ERROR = 5


class LegalPerson:
    """A company, called by its full name, its short name or its unified social credit code.

    `name_key` and `short_key` are what two spellings of one name share; several may share a short name.
    """

    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    short_name: Mapped[str] = text(80)
    short_key: Mapped[str] = mapped_column(sa.String(80), default="", index=True)
    credit_code: Mapped[str | None] = mapped_column(sa.String(18), unique=True, default=None)

    def call(self, name: str, short_name: str) -> None:
        """Set both names and what they are found by."""
        self.name, self.short_name = tidy_name(name), short_name
        self.name_key, self.short_key = name_key(name), name_key(short_name)


class Company(Protocol):
    """What the queries below need of a record."""

    id: Any
    name: Any
    name_key: Any
    short_key: Any
    credit_code: Any
    archived_at: Any


C = TypeVar("C", bound=Company)


def matches_name(kind: type[C], typed: str) -> sa.ColumnElement[bool]:
    """Records whose name or short name contains a text."""
    key = name_key(typed)
    return sa.or_(kind.name_key.contains(key, autoescape=True), kind.short_key.contains(key, autoescape=True))


def matches(kind: type[C], typed: str) -> sa.ColumnElement[bool]:
    """Records whose name or short name contains a text, or whose credit code starts with it."""
    code = kind.credit_code.startswith(typed.strip().upper(), autoescape=True)
    return sa.or_(matches_name(kind, typed), code)


def suggestions(kind: type[C], typed: str) -> Sequence[C]:
    """The first few records that a typed text may mean; those that start with it first."""
    key = name_key(typed)
    starts = sa.or_(kind.short_key.startswith(key, autoescape=True), kind.name_key.startswith(key, autoescape=True))
    return db.session.scalars(
        sa.select(kind)
        .where(kind.archived_at.is_(None), matches(kind, typed))
        .order_by(starts.desc(), kind.name_key)
        .limit(SUGGESTED)
    ).all()


def resolve(kind: type[C], typed: str, *, field: str, missing: Message) -> C:
    """The one record that a credit code, a full name or a short name means, in this order.

    Raises Refusal at the field: `missing` for none, and with the candidates' names for several.
    """
    code, key = typed.strip().upper(), name_key(typed)
    active = sa.select(kind).where(kind.archived_at.is_(None))
    for condition in (kind.credit_code == code, kind.name_key == key, kind.short_key == key):
        named = active.where(condition).order_by(kind.id).limit(NAMED_IN_ERROR + 1)
        found = db.session.scalars(named).all() if key else []
        if len(found) == 1:
            return found[0]
        if found:
            names = "、".join(one.name for one in found[:NAMED_IN_ERROR])
            raise Refusal({field: N_("Several are called so: %(names)s. Choose one.", names=names)})
    raise Refusal({field: missing})


def refuse_twins(kind: type[Any], keys: dict[str, tuple[Any, str | None]], *, besides: int | None = None) -> None:
    """Raise Refusal at each field whose value another record has. `keys`: {field: (column, value)}."""
    taken = {}
    for field, (column, value) in keys.items():
        same = sa.select(kind).where(column == value, kind.id != (besides or 0))
        twin = db.session.scalar(same) if value else None
        if twin is not None:
            taken[field] = N_("%(name)s has this already.", name=twin.name)
    if taken:
        raise Refusal(taken)
