"""What a grid needs of the records that it shows: their columns, their values, and the actions that change them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from crm.accounts.models import Actor
from crm.grid.columns import Column

Values = dict[str, Any]


class Sheet(Protocol):
    """The records of one grid. Values are {column: typed value}."""

    name: str

    @property
    def columns(self) -> Sequence[Column]: ...

    def load(self, ids: Collection[int]) -> Mapping[int, Any]:
        """{id: record} of those that the reader may see, fresh and kept for this unit of work."""

    def learn(self, records: Iterable[Any]) -> None:
        """Read what `values` needs besides the records themselves, in one go."""

    def values(self, record: Any) -> Values:
        """What stands in the cells of a record."""

    def href(self, record: Any) -> str:
        """Where the record's page is."""

    def make(self, values: Values, *, by: Actor, at: datetime) -> Any:
        """A new record. Raises Refusal."""

    def change(self, record: Any, values: Values, changed: Collection[str], *, by: Actor, at: datetime) -> None:
        """Change a record; `values` are all of them, `changed` names those that differ. Raises Refusal."""


def texts_of(sheet: Sheet, record: Any) -> dict[str, str]:
    """{column: text} of a record's row."""
    values = sheet.values(record)
    return {column.name: column.write(values[column.name]) for column in sheet.columns}
