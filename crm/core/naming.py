"""Records that people call by name: how a typed name, short name or code finds the one that is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, db, text
from crm.core.errors import Refusal
from crm.lib.names import name_key, tidy_name
from crm.lib.pinyin import spellings
from crm.lib.text import N_, Message

SUGGESTED = 8
FORMERLY = "曾用名 · "  # in the note of a search entry; pages say it in their reader's language
NAMED_IN_ERROR = 5


class LegalPerson:
    """A company, called by its full name, its short name or its unified social credit code.

    `name_key` and `short_key` are what two spellings of one name share; several may share a short name.
    Without a code, `no_code_reason` says why (abroad, not yet incorporated) and `other_identifier` may stand in its
    place, such as a foreign registration number.
    """

    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    short_name: Mapped[str] = text(80)
    short_key: Mapped[str] = mapped_column(sa.String(80), default="", index=True)
    credit_code: Mapped[str | None] = mapped_column(sa.String(18), unique=True, default=None)
    other_identifier: Mapped[str | None] = mapped_column(sa.String(60), unique=True, default=None)
    no_code_reason: Mapped[str | None] = mapped_column(sa.String(30), default=None)

    def call(self, name: str, short_name: str) -> None:
        """Set both names and what they are found by."""
        self.name, self.short_name = tidy_name(name), short_name
        self.name_key, self.short_key = name_key(name), name_key(short_name)


class FormerName(Base):
    """A name that a record bore before (曾用名): people go on using it. `record_type` is the record's table."""

    __tablename__ = "former_name"
    __table_args__ = (sa.UniqueConstraint("record_type", "record_id", "name_key"),)

    record_type: Mapped[str] = mapped_column(sa.String(30))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), index=True)


class Company(Protocol):
    """What the queries below need of a record."""

    __tablename__: Any
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


def bore(kind: type[C], condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Records of which some former name fits."""
    ids = sa.select(FormerName.record_id).where(FormerName.record_type == kind.__tablename__, condition)
    return kind.id.in_(ids)  # type: ignore[no-any-return]


def matches(kind: type[C], typed: str) -> sa.ColumnElement[bool]:
    """Records whose name, short name or former name contains a text, or whose credit code starts with it."""
    code = kind.credit_code.startswith(typed.strip().upper(), autoescape=True)
    former = bore(kind, FormerName.name_key.contains(name_key(typed), autoescape=True))
    return sa.or_(matches_name(kind, typed), code, former)


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
    """The one record that a credit code or full name, a short name, a former name or a name up to its place means, in
    this order.

    Raises Refusal at the field: `missing` for none, and with the candidates' names for several.
    """
    code, key = typed.strip().upper(), name_key(typed)
    active = sa.select(kind).where(kind.archived_at.is_(None))
    former = bore(kind, FormerName.name_key == key)
    placed = [bears_place(kind, key)] if ends_with_place(key) else []
    itself = sa.or_(kind.credit_code == code, kind.name_key == key)
    for condition in (itself, kind.short_key == key, former, *placed):
        named = active.where(condition).order_by(kind.id).limit(NAMED_IN_ERROR + 1)
        found = db.session.scalars(named).all() if key else []
        if len(found) == 1:
            return found[0]
        if found:
            raise Refusal({field: several(found)})
    raise Refusal({field: missing})


def ends_with_place(key: str) -> bool:
    """Whether a name is written as namesakes are told apart: 朔望（上海）, for 朔望（上海）投资管理有限公司."""
    return key.endswith(")")


def bears_place(kind: type[C], key: str) -> sa.ColumnElement[bool]:
    """Records whose name begins with one that ends with its place."""
    return kind.name_key.startswith(key, autoescape=True)  # type: ignore[no-any-return]


def several(found: Sequence[C]) -> Message:
    """Why a name that several records bear does not say which one is meant."""
    names = "、".join(one.name for one in found[:NAMED_IN_ERROR])
    return N_("Several are called so: %(names)s. Choose one.", names=names)


def former_names_of(record: Any) -> tuple[str, ...]:
    """The names that a record bore before."""
    return former_names_of_all(record.__tablename__, [record.id]).get(record.id, ())


def former_names_about(record_type: str, record_id: Any) -> sa.Select[Any]:
    """The names that a record bore before, to be counted."""
    return sa.select(FormerName.id).where(FormerName.record_type == record_type, FormerName.record_id == record_id)


def former_names_of_all(record_type: str, record_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """{record id: the names that it bore before}, in one query; nothing of records without any."""
    found: dict[int, tuple[str, ...]] = {}
    for one in db.session.scalars(former_rows(record_type, record_ids)):
        found[one.record_id] = (*found.get(one.record_id, ()), one.name)
    return found


def known_before(names: Sequence[str]) -> str:
    """Former names as the note of a search entry holds them; "" for none."""
    return FORMERLY + "、".join(names) if names else ""


def found_formerly(records: Sequence[Any], text: str) -> dict[int, str]:
    """{record id: its former name that holds a text}, of records of one kind whose present names do not hold it."""
    typed = name_key(text)
    missed = {one.id: one for one in records if typed not in one.name_key and typed not in one.short_key}
    former = former_names_of_all(records[0].__tablename__, list(missed)) if missed else {}
    found = {}
    for record_id, names in former.items():
        present = missed[record_id]
        holding = [name for name in names if is_typed_as(name_key(name), typed)]
        if holding and not any(is_typed_as(key, typed) for key in (present.name_key, present.short_key)):
            found[record_id] = holding[0]
    return found


def is_typed_as(key: str, typed: str) -> bool:
    """True where the key of a name holds a text as it is written, or as its pinyin or their initials are typed."""
    if typed in key or not typed.isascii():
        return typed in key
    return any(typed in "".join(one) or typed in "".join(syllable[0] for syllable in one) for one in spellings(key))


def former_rows(record_type: str, record_ids: Collection[int]) -> sa.Select[Any]:
    return (
        sa.select(FormerName)
        .where(FormerName.record_type == record_type, FormerName.record_id.in_(record_ids))
        .order_by(FormerName.id)
    )


def keep_former_names(
    record: Any, names: Iterable[str], *, called: str
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Let these be the former names of a record that has an id, and its present name too if it is now called otherwise.

    Call it before the record takes its new name. Returns the names before and after, None when they stay.
    """
    wanted = {name_key(name): tidy_name(name) for name in (*names, record.name)}
    wanted.pop(name_key(called), None)
    known = {one.name_key: one for one in db.session.scalars(former_rows(record.__tablename__, [record.id]))}
    if {key: one.name for key, one in known.items()} == wanted:
        return None
    before = tuple(one.name for one in known.values())
    for key in known.keys() - wanted.keys():
        db.session.delete(known[key])
    for key, name in wanted.items():
        if key in known:
            known[key].name = name
        else:
            db.session.add(FormerName(record_type=record.__tablename__, record_id=record.id, name=name, name_key=key))
    return before, tuple(wanted.values())


def check_identity(kind: type[Any], values: Any, *, besides: int | None = None) -> None:
    """Raise Refusal for a name, code or other identifier that another record has, or a code beside why there is none.

    `values` says `name`, `credit_code`, `other_identifier` and `no_code_reason`, as a LegalPerson does.
    """
    if values.credit_code and values.no_code_reason:
        raise Refusal({"no_code_reason": N_("It has a credit code: leave this empty, or the code.")})
    if values.other_identifier and not values.credit_code and not values.no_code_reason:
        raise Refusal({"no_code_reason": N_("Say why it has no credit code.")})
    keys = {
        "name": (kind.name_key, name_key(values.name)),
        "credit_code": (kind.credit_code, values.credit_code),
        "other_identifier": (kind.other_identifier, values.other_identifier),
    }
    refuse_twins(kind, keys, besides=besides)


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
