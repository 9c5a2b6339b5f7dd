"""What can be found: each feature says which of its records are found by what, and by whom.

This package knows no feature. `crm.blueprints` hands in what the features' `search.py` describe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from crm.core.db import Base
from crm.lib.text import Message

Scope = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Description:
    """How a record is found: `names` by pinyin and single characters, too, and what begins with the first name leads.

    Nothing may be here that not everybody may read who may find the record. `page_id`: whose page shows it, where it
    has none of its own.
    """

    record_id: int
    title: str
    note: str = ""
    names: Sequence[str] = ()
    texts: Sequence[str] = ()
    codes: Sequence[str] = ()
    archived: bool = False
    page_id: int | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """Entries of a kind that a change to another record touches.

    `ids` turns the changed records' values of `key` into the ids of the kind's records. With `columns`, only changes
    to these count.
    """

    model: type[Base]
    key: str
    columns: tuple[str, ...] = ()
    ids: Callable[[Sequence[int]], Iterable[int]] = tuple
    when: Callable[[Any], bool] = lambda record: True


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of record that can be found.

    `describe` reads the records of some ids; what is missing from its answer leaves the index. `may_find` says who
    finds records of this kind at all, `visible_to` which ones. `argument` names the id in the URL of `endpoint`.
    """

    name: str
    model: type[Base]
    label: Message
    icon: str
    endpoint: str
    argument: str
    describe: Callable[[Sequence[int]], Iterable[Description]]
    may_find: Callable[[Any], bool]
    visible_to: Callable[[Any], Scope] = lambda actor: sa.true()
    list_endpoint: str = ""
    follows: tuple[Follow, ...] = ()

    @property
    def tag(self) -> str:
        """What all its tokens begin with, so that each kind has a list of its own of what holds a word."""
        return self.name[:2]

    def words_of(self, tokens: Sequence[str]) -> str:
        """Tokens as the entries of this kind hold them."""
        return self.tag + f" {self.tag}".join(tokens) if tokens else ""


@dataclass(frozen=True, slots=True)
class Addition:
    """Texts by which a record is found, too, told by a feature above its own: {id: texts} of some ids."""

    kind: str
    texts: Callable[[Sequence[int]], Mapping[int, Sequence[str]]]
    follow: Follow


@dataclass
class Registry:
    """The kinds, in the order in which results show them."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    additions: dict[str, list[Addition]] = field(default_factory=dict)
    watched: dict[type[Base], list[tuple[str, Follow]]] = field(default_factory=dict)

    def use(self, kinds: Iterable[Kind], additions: Iterable[Addition] = ()) -> None:
        """Make these the kinds that can be found."""
        self.kinds = {kind.name: kind for kind in kinds}
        self.additions, self.watched = {}, {}
        for kind in self.kinds.values():
            for follow in (Follow(kind.model, "id"), *kind.follows):
                self.watch(kind.name, follow)
        for addition in additions:
            self.additions.setdefault(addition.kind, []).append(addition)
            self.watch(addition.kind, addition.follow)

    def watch(self, kind: str, follow: Follow) -> None:
        """Let changes of the followed records renew entries of a kind."""
        self.watched.setdefault(follow.model, []).append((kind, follow))

    def described(self, kind: Kind, ids: Sequence[int]) -> Iterable[Description]:
        """The descriptions of some records, with what features above add to them."""
        added = [addition.texts(ids) for addition in self.additions.get(kind.name, ())]
        for told in kind.describe(ids):
            more = [text for texts in added for text in texts.get(told.record_id, ())]
            yield replace(told, texts=(*told.texts, *more)) if more else told

    def scopes(self, actor: Any, types: Iterable[str] | None = None) -> Mapping[Kind, Scope]:
        """What somebody may find of each kind; kinds of which that is nothing are left out."""
        wanted = self.kinds.values() if types is None else [self.kinds[one] for one in types if one in self.kinds]
        return {kind: kind.visible_to(actor) for kind in wanted if kind.may_find(actor)}


registry = Registry()
