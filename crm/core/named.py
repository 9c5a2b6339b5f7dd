"""Lists of names as people type or paste them: each with the record it means, or with what is in its way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from crm.core.db import db
from crm.core.naming import Company, FormerName, bears_place, ends_with_place, several
from crm.lib.names import name_key, split_names
from crm.lib.text import Message

C = TypeVar("C", bound=Company)
GUESSED = 20


@dataclass(frozen=True)
class Named(Generic[C]):
    """One name as it was typed. Without a record: why, and which records it may mean."""

    typed: str
    record: C | None = None
    problem: Message | None = None
    candidates: Sequence[C] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What the name may mean, as (value, word)."""
        return [(one.name, one.name) for one in self.candidates]


@dataclass(frozen=True)
class NamedList(Generic[C]):
    """All names of a list, in its order; `typed`: how many there were before those written alike became one."""

    names: Sequence[Named[C]]
    typed: int

    @property
    def records(self) -> list[C]:
        """The records that are meant, each once."""
        return list({one.record.id: one.record for one in self.names if one.record}.values())

    @property
    def unclear(self) -> list[Named[C]]:
        """The names that mean none or several."""
        return [one for one in self.names if one.record is None]

    @property
    def repeated(self) -> int:
        """How many of the typed names meant a record that another one meant already."""
        return self.typed - len(self.unclear) - len(self.records)

    @property
    def text(self) -> str:
        """The list as it would be typed, a name a line."""
        return "\n".join(one.typed for one in self.names)


def named_list(
    kind: type[C],
    text: str,
    chosen: Mapping[str, str],
    *,
    missing: Callable[[str], Message],
    guess: Callable[[str], Sequence[C]],
) -> NamedList[C]:
    """The names in a text, set apart by lines, tabs or 、; `chosen`: {typed: the full name that it means}.

    Two statements, however many names there are, and a guess for each of the first few that mean nothing; `missing`
    says so.
    """
    typed = split_names(text.replace("\t", "\n"))
    names = [chosen.get(name) or name for name in once(typed)]
    meant = Meanings(kind, names)
    told: list[Named[C]] = []
    unknown = 0
    for name in names:
        found = meant.of(name)
        if len(found) == 1:
            told.append(Named(name, found[0]))
        elif found:
            told.append(Named(name, None, several(found), found))
        else:
            unknown += 1
            told.append(Named(name, None, missing(name), guess(name) if unknown <= GUESSED else ()))
    return NamedList(told, len(typed))


def once(names: Iterable[str]) -> list[str]:
    """The names without those that are written alike."""
    return list({name_key(name): name for name in names}.values())


class Meanings:
    """What many names mean: by credit code, full, short or former name, or a name up to its place, in this order."""

    def __init__(self, kind: type[Any], names: Collection[str]) -> None:
        keys = {name_key(name) for name in names} - {""}
        codes = {name.strip().upper() for name in names}
        former = self.former_ids(kind, keys)
        conditions = (
            kind.credit_code.in_(codes),
            kind.name_key.in_(keys),
            kind.short_key.in_(keys),
            kind.id.in_({record_id for ids in former.values() for record_id in ids}),
            *(bears_place(kind, key) for key in keys if ends_with_place(key)),
        )
        active = sa.select(kind).where(kind.archived_at.is_(None), sa.or_(*conditions)).order_by(kind.id)
        self.records = db.session.scalars(active).all() if keys else []
        self.former = former
        self.by_code, self.by_name, self.by_short = (
            grouped(self.records, column) for column in ("credit_code", "name_key", "short_key")
        )

    def of(self, name: str) -> list[Any]:
        """The records that a name means; more than one where it is not clear."""
        key = name_key(name)
        named = (self.by_code.get(name.strip().upper()), self.by_name.get(key), self.by_short.get(key))
        ids = self.former.get(key, set())
        before = [one for one in self.records if one.id in ids] if ids else []
        placed = [one for one in self.records if one.name_key.startswith(key)] if ends_with_place(key) else []
        return next((found for found in (*named, before, placed) if found), [])

    @staticmethod
    def former_ids(kind: type[Any], keys: Collection[str]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        bore = sa.select(FormerName.name_key, FormerName.record_id).where(
            FormerName.record_type == kind.__tablename__, FormerName.name_key.in_(keys)
        )
        for key, record_id in db.session.execute(bore) if keys else ():
            found.setdefault(key, set()).add(record_id)
        return found


def grouped(records: Iterable[Any], column: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in records:
        value = getattr(one, column)
        if value:
            found.setdefault(value, []).append(one)
    return found
