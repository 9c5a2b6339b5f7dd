"""What is known here of the records that activities are linked with: their names, and which of them hold which.

A startup holds its deals: what is written about a deal is read at its startup, too. This package knows no feature above
it. `crm.blueprints` hands in what is known of each kind of record.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from crm.activities.models import Ref


@dataclass(frozen=True)
class Linkable:
    """A kind of record: what holds one of them, and {id: name} of some where searching does not know it."""

    holders: Callable[[int], Iterable[Ref]] = lambda record_id: ()
    names: Callable[[Collection[int]], Mapping[int, str]] = lambda record_ids: {}


_kinds: dict[str, Linkable] = {}


def use(kinds: Mapping[str, Linkable]) -> None:
    """Make these the kinds of records of which something is known."""
    _kinds.clear()
    _kinds.update(kinds)


def holders_of(refs: Iterable[Ref]) -> list[Ref]:
    """The records that hold some others, each once."""
    known = ((_kinds[ref.record_type], ref.record_id) for ref in refs if ref.record_type in _kinds)
    return list(dict.fromkeys(one for kind, record_id in known for one in kind.holders(record_id)))


def names_told(record_type: str, record_ids: Collection[int]) -> Mapping[int, str]:
    """{id: name} of records that searching does not know."""
    return _kinds[record_type].names(record_ids) if record_type in _kinds else {}
