"""A numbered list of records: whoever asks which, reads them here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from crm.lib.sheets import Kind
from crm.reports.content import Block, Column, Group, Note, Row, Table, Value
from crm.web.filters import count
from crm.web.language import gettext as _

LISTED = 600  # the application has the rest


class Named(Protocol):
    """What has an id and a name."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


def numbered(
    title: str, record: str, heading: str, columns: Sequence[Column], found: Sequence[tuple[N, Sequence[Value]]]
) -> Iterator[Block]:
    """Records of a kind with what is said of each beside its number and name, and how many are left out."""
    shown = found[:LISTED]
    if len(found) > LISTED:
        told = _("The first %(listed)s are listed; the application lists all.", listed=count(LISTED))
        yield Note(told, before=True)
    rows: list[Row] = [(number, one.name, *values) for number, (one, values) in enumerate(shown, 1)]
    yield Table(
        title,
        [Column(_("No."), Kind.COUNT, 12), Column(heading, strong=True, spaced=True), *columns],
        [Group(rows)],
        record=record,
        ids=[one.id for one, _values in shown],
        dense=True,
    )
